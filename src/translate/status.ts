import type { ParentReference, RouteGroupKind } from '#api'
import type { Condition } from './condition.ts'

/**
 * What an object's `.status` should say as far as it is ours. A writer merges it: foreign conditions and other
 * controllers' parents stay, `lastTransitionTime` is the writer's.
 */
export type Status = GatewayClassStatus | GatewayStatus | ListenerSetStatus | RouteStatus | PolicyStatus

export interface GatewayClassStatus {
  readonly kind: 'GatewayClass'
  readonly conditions: readonly Condition[]
  /** Sorted by name (GEP-2162). */
  readonly supportedFeatures: readonly { readonly name: string }[]
}

export interface GatewayStatus {
  readonly kind: 'Gateway'
  readonly conditions: readonly Condition[]
  readonly addresses: readonly StatusAddress[]
  readonly listeners: readonly ListenerStatus[]
  /** ListenerSets with Accepted=True. */
  readonly attachedListenerSets: number
}

export interface ListenerSetStatus {
  readonly kind: 'ListenerSet'
  readonly conditions: readonly Condition[]
  /** Empty where the Gateway does not take the set: then nobody has looked at them. */
  readonly listeners: readonly ListenerStatus[]
}

export interface StatusAddress {
  readonly type: string
  readonly value: string
}

export interface ListenerStatus {
  readonly name: string
  /** Always present, empty where nothing can attach. */
  readonly supportedKinds: readonly RouteGroupKind[]
  readonly attachedRoutes: number
  readonly conditions: readonly Condition[]
}

/** Of any route kind. */
export interface RouteStatus {
  readonly kind: 'Route'
  /** One per parentRef that names a Gateway of ours, in the order of the spec. */
  readonly parents: readonly ParentStatus[]
}

export interface ParentStatus {
  /** As written in the spec. */
  readonly parentRef: ParentReference
  readonly controllerName: string
  readonly conditions: readonly Condition[]
}

/** Of any kind of policy. */
export interface PolicyStatus {
  readonly kind: 'Policy'
  /** One per Gateway of ours that meets the policy; 16 at most. */
  readonly ancestors: readonly PolicyAncestorStatus[]
}

export interface PolicyAncestorStatus {
  readonly ancestorRef: ParentReference
  readonly controllerName: string
  readonly conditions: readonly Condition[]
}
