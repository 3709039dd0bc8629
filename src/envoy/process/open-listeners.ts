import type { Message } from '../message.ts'
import { acceptsConnections } from './accepts-connections.ts'
import type { AdminClient, ListenerPlace } from './admin-client.ts'

/** Which listeners of an Envoy in our network really accept connections. */
export class OpenListeners {
  readonly #admin: AdminClient
  /** Those that have accepted a connection of ours. */
  readonly #accepting = new Set<string>()

  constructor(admin: AdminClient) {
    this.#admin = admin
  }

  /** It is another process now. */
  forget(): void {
    this.#accepting.clear()
  }

  /** Of these Listeners the names of those that do not accept connections yet. */
  async closed(listeners: readonly Message[]): Promise<string[]> {
    const taken = await this.#admin.listeners().catch(() => new Map<string, ListenerPlace>())
    for (const name of this.#accepting) if (!taken.has(name)) this.#accepting.delete(name)
    await Promise.all(
      listeners.map(async ({ name: given, udp_listener_config: udp }) => {
        const name = String(given)
        const place = taken.get(name)
        if (place === undefined || this.#accepting.has(name)) return
        if (udp !== undefined || (await acceptsConnections(place.address, place.port))) this.#accepting.add(name)
      }),
    )
    return listeners.map(({ name }) => String(name)).filter((name) => !this.#accepting.has(name))
  }
}
