import { Tunnel, type TunnelOptions } from './tunnel.ts'

/** The open tunnels of one socket. */
export class Tunnels {
  readonly #around: Pick<TunnelOptions, 'observer' | 'random'>
  readonly #open = new Set<Tunnel>()

  constructor(around: Pick<TunnelOptions, 'observer' | 'random'>) {
    this.#around = around
  }

  get size(): number {
    return this.#open.size
  }

  open(how: Omit<TunnelOptions, 'observer' | 'random' | 'onClose'>): void {
    const { observer, random } = this.#around
    const tunnel = new Tunnel({ ...how, observer, random, onClose: () => this.#open.delete(tunnel) })
    this.#open.add(tunnel)
    tunnel.start()
  }

  destroy(): void {
    for (const tunnel of [...this.#open]) tunnel.destroy()
  }
}
