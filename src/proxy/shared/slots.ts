/** Things that come and go: what a worker has added of them is taken back when it dies. */
export const gauges = ['requests', 'connections', 'pending', 'retries'] as const
export type Gauge = (typeof gauges)[number]

/** Plain numbers. Times are in ticks, see `SharedSlots.tick`. */
const words = [
  'epoch',
  'ejectedUntil',
  'ejections',
  'consecutive5xx',
  'consecutiveGatewayErrors',
  'consecutiveLocalFailures',
  'heard',
  'heardBad',
  'intervalAt',
  'checkedUntil',
  'unhealthy',
] as const
export type Word = (typeof words)[number]

const slotLength = 16
const headLength = 2
const maxSlots = 65_536
const tickMs = 100

const place = Object.fromEntries([...gauges, ...words].map((name, at) => [name, at])) as Record<Gauge | Word, number>

/** Names of slots: what is counted together over all workers. */
export const slotName = {
  gateway: (gateway: string, port: number) => `gateway ${gateway} ${port}`,
  listener: (listener: string) => `listener ${listener}`,
  backend: (backend: string) => `backend ${backend}`,
  endpoint: (backend: string, endpoint: string) => `endpoint ${backend} ${endpoint}`,
}

/**
 * Numbers that the workers of a proxy share: a slot of gauges and words for each name. Which name has which slot is the main
 * thread's decision (SlotBook). Memory is touched only where slots are used.
 */
export class SharedSlots {
  readonly #cells: Int32Array
  readonly #row: number
  readonly #startedAt: number
  /** Room for so many. */
  readonly capacity: number
  readonly #alone: Map<string, number> | undefined
  numbers: ReadonlyMap<string, number> = new Map()

  /** @param alone there is no main thread that gives out numbers */
  constructor(buffer: SharedArrayBuffer, row: number, alone = false) {
    this.#cells = new Int32Array(buffer)
    this.#row = row
    this.#startedAt = this.#cells[0]! * 1_000
    this.capacity = this.#cells[1]!
    if (alone) this.numbers = this.#alone = new Map()
  }

  static allocate(rows: number, slots = maxSlots): SharedArrayBuffer {
    const length = headLength + slots * (slotLength + rows * gauges.length)
    const buffer = new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT)
    new Int32Array(buffer).set([Math.floor(Date.now() / 1_000), slots])
    return buffer
  }

  /** For a plane without other workers. */
  static alone(): SharedSlots {
    return new SharedSlots(SharedSlots.allocate(1, 1_024), 0, true)
  }

  /** Tenths of a second since the memory was made, the same for all workers; never 0. */
  tick(now: number): number {
    return Math.floor((now - this.#startedAt) / tickMs) + 1
  }

  static ticks(ms: number): number {
    return Math.ceil(ms / tickMs)
  }

  /** Names beyond the room there is get numbers of this worker's own. */
  of(name: string): Slot {
    const number = this.numbers.get(name) ?? this.#assign(name)
    if (number === undefined) return new Slot(new Int32Array(slotLength + gauges.length), 0, slotLength)
    const own = headLength + this.capacity * slotLength + (this.#row * this.capacity + number) * gauges.length
    return new Slot(this.#cells, headLength + number * slotLength, own)
  }

  /** All gauges of a slot are at rest: nothing is open that would be taken back from it. */
  isQuiet(number: number): boolean {
    const at = headLength + number * slotLength
    return gauges.every((gauge) => Atomics.load(this.#cells, at + place[gauge]) === 0)
  }

  /** Takes back what a worker that died had added. */
  wipe(row: number): void {
    const length = this.capacity * gauges.length
    const begin = headLength + this.capacity * slotLength + row * length
    for (let at = 0; at < length; at++) {
      const share = this.#cells[begin + at]!
      if (share === 0) continue
      Atomics.sub(this.#cells, headLength + Math.floor(at / gauges.length) * slotLength + (at % gauges.length), share)
      this.#cells[begin + at] = 0
    }
  }

  /**
   * Makes a quiet slot as new. Its gauges are left alone: a worker that has not heard yet that the slot changes hands may add to
   * them at this moment, and takes it back later.
   */
  reset(number: number): void {
    const at = headLength + number * slotLength
    this.#cells.fill(0, at + gauges.length, at + slotLength)
  }

  #assign(name: string): number | undefined {
    if (!this.#alone || this.#alone.size === this.capacity) return undefined
    const number = this.#alone.size
    this.#alone.set(name, number)
    return number
  }
}

/** The numbers of one name, as one worker sees them. */
export class Slot {
  readonly #cells: Int32Array
  readonly #at: number
  readonly #own: number

  constructor(cells: Int32Array, at: number, own: number) {
    this.#cells = cells
    this.#at = at
    this.#own = own
  }

  /** @returns the sum of all workers with the change in it */
  add(gauge: Gauge, change: 1 | -1): number {
    const at = place[gauge]
    this.#cells[this.#own + at]! += change
    return Atomics.add(this.#cells, this.#at + at, change) + change
  }

  get(word: Gauge | Word): number {
    return Atomics.load(this.#cells, this.#at + place[word])
  }

  set(word: Word, value: number): void {
    Atomics.store(this.#cells, this.#at + place[word], value)
  }

  /** @returns the value after it */
  bump(word: Word): number {
    return Atomics.add(this.#cells, this.#at + place[word], 1) + 1
  }

  /** Sets it if it is still what was expected. @returns whether it was */
  swap(word: Word, expected: number, value: number): boolean {
    return Atomics.compareExchange(this.#cells, this.#at + place[word], expected, value) === expected
  }
}
