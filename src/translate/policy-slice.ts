import type { Admission, Backend, BackendKey, ClientSettings, FilterNode, ListenerTls, Origin, Timeouts } from '#ir'
import type { Outcome } from '#kit/outcome.ts'
import type { BackendObjectRef } from './filter.ts'
import type { ForwardSlots } from './rule-slot.ts'

/** The kinds of gateway.envoyproxy.io whose fields are shared out among slices. */
export const slicedKinds = [
  'BackendTrafficPolicy',
  'ClientTrafficPolicy',
  'SecurityPolicy',
  'EnvoyExtensionPolicy',
  'EnvoyPatchPolicy',
  'HTTPRouteFilter',
] as const

export type SlicedKind = (typeof slicedKinds)[number]

/** A place in a spec: `rateLimit.local.rules[].limit.unit`. Items of lists are `[]`, values of maps `{}`. */
export type FieldPath = string

/** Why something written there cannot be obeyed; what would be right. */
export type Refusals = Readonly<Record<FieldPath, string>>

/**
 * What a feature does with its part of one kind of policy, or of HTTPRouteFilter: `src/features/<name>/policy.ts` exports one
 * under the kind's name of order.ts. The trunk does attachment, precedence, merging, conflicts, references and statuses, and
 * it alone decides whether a field is obeyed: what no slice owns or what stands in `refused` is refused with its path, and the
 * policy with it (Accepted=False), before `translate` is called. So a slice never sees a field that it doesn't know.
 */
export interface PolicySlice {
  readonly kind: SlicedKind
  /** Fields below `spec` that are this slice's, with all that is below them. No two slices own the same. */
  readonly fields: readonly FieldPath[]
  /** Fields below them that it can't do on any plane. */
  readonly refused?: Refusals
  /** Fields that one plane can't do, in slots of listeners, backends and actions. (Nodes: the plane itself refuses them.) */
  readonly refusedOn?: Partial<Record<PlaneName, Refusals>>
  /** What the table of fields should say beside "yes": the values that are obeyed, the defaults that differ. */
  readonly notes?: Readonly<Record<FieldPath, string>>
  /**
   * The rule's own filter of the same kind takes the place of the policy's node (CORS). Left out: the request meets both,
   * because a route must not be able to lift a guard of its Gateway.
   */
  readonly ruleWins?: true
  /** Of HTTPRouteFilter: a rule has one node of the kind at most, because they would be about the same thing. */
  readonly alone?: true
  /**
   * Called when one of its fields is written, once for all routes that meet the policy: the result must not depend on more than
   * the arguments. Any problem refuses the whole policy; a SecurityPolicy then closes its routes, another one is as if it were
   * not there.
   * @param spec the whole spec, defaults filled in, merged with the parent's where mergeType says so. Read your own fields only
   */
  translate(spec: never, scope: PolicyScope): Outcome<PolicyEffect>
}

export type PlaneName = 'embedded' | 'envoy' | 'alb'

/** What the trunk offers while a policy is translated. A failed reference is a problem to hand on; it reaches the status. */
export interface PolicyScope {
  /** The object whose spec it is; of merged ones the route's. */
  readonly origin: Origin
  /** What it is translated for: requests, calls of gRPC, connections (TLSRoute, TCPRoute, UDPRoute), or listeners. */
  readonly carries: PolicyTraffic
  /**
   * A Secret's data, decoded. References to other namespaces need a ReferenceGrant from the policy's kind.
   * @param path where the reference stands: `jwt.providers[0].localJWKS.valueRef`
   */
  secret(ref: DataRef, path: FieldPath): Outcome<ReadonlyMap<string, Uint8Array>>
  /** A ConfigMap's data; `binaryData` included. */
  configMap(ref: DataRef, path: FieldPath): Outcome<ReadonlyMap<string, Uint8Array>>
  /** A ConfigMap's or Secret's value under `key`, as text; without `key` the only or first one. */
  text(ref: DataRef, key: string | undefined, path: FieldPath): Outcome<string>
  /** PEM bundle of authorities under `ca.crt`. */
  authorities(refs: readonly DataRef[], path: FieldPath): Outcome<string>
  /**
   * A backend that the policy itself talks to (external authorisation, JWKS, …): the snapshot gets it. Name it in a field called
   * `backend` of the node, at any depth: that is where planes look for what a route needs.
   * @param wish protocol where the Service does not say otherwise; default http1
   * @param slots what the policy says about it (backendSettings): it gets a copy of its own then
   */
  backend(ref: BackendObjectRef, path: FieldPath, wish?: 'http1' | 'h2c', slots?: BackendSlots): Outcome<BackendKey>
  /**
   * The host of an http or https URL that is named without backendRefs (a JWKS, an OIDC provider), found by DNS; certificates
   * are verified against the platform's authorities.
   */
  site(url: string, path: FieldPath, slots?: BackendSlots): Outcome<BackendKey>
  /**
   * What a policy's `backendSettings` say about a backend of its own, by the slices of BackendTrafficPolicy.
   * @returns undefined: nothing
   */
  backendSettings(written: object | undefined, path: FieldPath): Outcome<BackendSlots | undefined>
  /** A problem at a path below `spec`, for users. */
  refuse(path: FieldPath, message: string): Outcome<never>
  /** GEP-2257 text to milliseconds; undefined stays undefined. */
  duration(text: string | undefined, path: FieldPath): Outcome<number | undefined>
}

export type PolicyTraffic = 'http' | 'grpc' | 'stream' | 'listener'

export interface DataRef {
  readonly group?: string
  readonly kind?: string
  readonly name: string
  readonly namespace?: string
}

/**
 * What fields of a policy come to. BackendTrafficPolicy: nodes, forward, backend. SecurityPolicy: nodes. ClientTrafficPolicy:
 * listener, and nodes, which all routes of the listener get. HTTPRouteFilter: nodes.
 */
export interface PolicyEffect {
  /** On the route, among its other filters in the order of features/order.ts. */
  readonly nodes?: readonly FilterNode[]
  /** The rule's own timeouts and retry go before these. Left out of `timeouts`: as without the policy. */
  readonly forward?: PolicyForward
  /** The policy's copy of each backend of the route gets these; routes with the same policy share it. */
  readonly backend?: BackendSlots
  readonly listener?: ListenerSlots
  /** SecurityPolicy, of what carries connections: who may come in to a TCPRoute. */
  readonly admit?: Admission
}

export type PolicyForward = Omit<ForwardSlots, 'timeouts'> & { readonly timeouts?: Partial<Timeouts> }

/** What policies may say about a backend. */
export type BackendSlots = Partial<Omit<Backend, 'key' | 'origin' | 'port' | 'protocol' | 'tls'>>

/** What policies may say about a listener. */
export interface ListenerSlots {
  /** Of listeners that speak HTTP. */
  readonly client?: Partial<ClientSettings>
  /** Of listeners that carry TCP, TLS or UDP. */
  readonly streams?: Partial<ClientSettings>
  readonly tls?: Partial<
    Pick<
      ListenerTls,
      | 'minVersion'
      | 'maxVersion'
      | 'ciphers'
      | 'curves'
      | 'alpn'
      | 'clientValidation'
      | 'signatureAlgorithms'
      | 'resumption'
    >
  >
}
