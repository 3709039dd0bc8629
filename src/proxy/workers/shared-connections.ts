import type { ConnectionCount } from '../server/sockets.ts'

const slotsPerRow = 1_024

/**
 * Open client connections of each Gateway, counted over all workers in shared memory: a row per worker, a slot per Gateway.
 * Each worker writes only its own row, so that what a dead one had counted can be wiped.
 */
export class SharedConnections implements ConnectionCount {
  readonly #counts: Int32Array
  readonly #row: number
  slots: ReadonlyMap<string, number> = new Map()

  constructor(buffer: SharedArrayBuffer, row: number) {
    this.#counts = new Int32Array(buffer)
    this.#row = row
  }

  static allocate(rows: number): SharedArrayBuffer {
    return new SharedArrayBuffer(rows * slotsPerRow * Int32Array.BYTES_PER_ELEMENT)
  }

  static wipe(buffer: SharedArrayBuffer, row: number): void {
    new Int32Array(buffer).fill(0, row * slotsPerRow, (row + 1) * slotsPerRow)
  }

  add(gateway: string, change: 1 | -1): void {
    const slot = this.#slot(gateway)
    Atomics.add(this.#counts, this.#row * slotsPerRow + slot, change)
  }

  total(gateway: string): number {
    const slot = this.#slot(gateway)
    let total = 0
    for (let at = slot; at < this.#counts.length; at += slotsPerRow) total += Atomics.load(this.#counts, at)
    return total
  }

  /** Gateways beyond the table share its last slot: their limit is then a common one. */
  #slot(gateway: string): number {
    return Math.min(this.slots.get(gateway) ?? slotsPerRow - 1, slotsPerRow - 1)
  }
}
