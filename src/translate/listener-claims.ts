import type { Problem } from '#kit/outcome.ts'
import type { ListenerModel } from './gateway.ts'
import { findConflicts } from './listener-conflicts.ts'
import { type Protocol, protocolOf } from './protocols.ts'

/**
 * Which ports and hostnames of a Gateway are taken. Filled from the highest precedence down: the Gateway, then its
 * ListenerSets (listenerset_types.go, Listeners); whoever comes later loses.
 */
export class ListenerClaims {
  readonly #gateway: string
  /** By transport and port. */
  readonly #ports = new Map<string, PortClaims>()

  /** @param gateway `namespace/name` */
  constructor(gateway: string, listeners: readonly ListenerModel[]) {
    this.#gateway = gateway
    this.#claim(listeners, 'the Gateway itself')
  }

  /**
   * Takes what is left for one ListenerSet.
   * @returns the entries that get nothing and why: taken already or, among themselves, without a winner as in a Gateway
   */
  settle(listeners: readonly ListenerModel[]): ReadonlyMap<ListenerModel, Problem> {
    const lost = new Map<ListenerModel, Problem>()
    for (const listener of listeners) {
      const problem = this.#conflictOf(listener)
      if (problem) lost.set(listener, problem)
    }
    const left = lost.size === 0 ? listeners : listeners.filter((listener) => !lost.has(listener))
    // Rivals inside the set keep the younger sets out all the same: mending one must not take traffic from another.
    this.#claim(left, 'an older ListenerSet')
    if (left.length > 1) for (const [listener, problem] of findConflicts(left)) lost.set(listener, problem)
    return lost
  }

  #claim(listeners: readonly ListenerModel[], owner: Owner): void {
    for (const { protocol: name, port, hostname } of listeners) {
      const protocol = protocolOf(name)
      if (!protocol) continue
      const key = portKey(protocol, port)
      const claims = this.#ports.get(key)
      if (!claims)
        this.#ports.set(key, {
          socket: protocol.socket,
          owner,
          protocol: name,
          hostnames: new Map([[hostname, owner]]),
        })
      else if (!claims.hostnames.has(hostname)) claims.hostnames.set(hostname, owner)
    }
  }

  // Another set is not named: what siblings hold is none of its business (listenerset_types.go, Listeners).
  #conflictOf({ protocol: name, port, hostname }: ListenerModel): Problem | undefined {
    const protocol = protocolOf(name)
    const claims = protocol && this.#ports.get(portKey(protocol, port))
    if (!claims) return undefined
    const where = `port ${port} of Gateway ${this.#gateway}`
    if (claims.socket !== protocol.socket) {
      const message = `${where} speaks ${claims.protocol}, for ${claims.owner}: take another port`
      return { reason: 'ProtocolConflict', message, path: '' }
    }
    // Connections without a name are told apart by the port alone.
    if (protocol.socket === 'tcp' || protocol.socket === 'udp') {
      const message = `${where} belongs to ${claims.owner}: a port takes one ${name} listener`
      return { reason: 'ProtocolConflict', message, path: '' }
    }
    const owner = claims.hostnames.get(hostname)
    if (!owner) return undefined
    const host = hostname === '' ? 'every hostname' : `hostname ${hostname}`
    const message = `${host} on ${where} belongs to ${owner}`
    return { reason: 'HostnameConflict', message, path: '' }
  }
}

type Owner = 'the Gateway itself' | 'an older ListenerSet'

interface PortClaims {
  readonly socket: Protocol['socket']
  /** Of the first listener there, as its protocol: for messages. */
  readonly owner: Owner
  readonly protocol: string
  readonly hostnames: Map<string, Owner>
}

function portKey({ transport }: Protocol, port: number): string {
  return `${transport}/${port}`
}
