import type { Cidr } from './cidr.ts'
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
  /** Left out: everybody comes in. TCPRoutes only. */
  readonly admit?: Admission
}

/** Whose connections are taken: the first rule with a range that the client's address is in decides. */
export interface Admission {
  readonly rules: readonly AdmissionRule[]
  /** What becomes of those that no rule is about. */
  readonly otherwise: 'allow' | 'deny'
}

export interface AdmissionRule {
  readonly name: string
  readonly action: 'allow' | 'deny'
  readonly sources: readonly Cidr[]
}
