import type { ListenerKey } from './listener.ts'
import type { Origin } from './origin.ts'
import type { RouteKey, WeightedBackend } from './route.ts'

/**
 * One rule of a TLSRoute, TCPRoute or UDPRoute on one listener: connections (UDP: sessions) are handed to a backend whole.
 * A share of kind 'broken' refuses the connection.
 */
export interface StreamRoute {
  readonly key: RouteKey
  readonly listener: ListenerKey
  readonly origin: Origin
  readonly rule: number
  readonly ruleName?: string
  /** See Route.createdAt. */
  readonly createdAt: string
  /** TLS: server names, already intersected with the listener's hostname, lower case, sorted. TCP and UDP: `['']`. */
  readonly serverNames: readonly string[]
  readonly to: readonly WeightedBackend[]
}
