import type { KubeObject, LabelSelector } from '#api'

/** Envoy Gateway's policies: they name their targets, or select them by labels. */
export interface AttachedPolicy extends KubeObject {
  readonly kind:
    | 'BackendTrafficPolicy'
    | 'ClientTrafficPolicy'
    | 'SecurityPolicy'
    | 'EnvoyExtensionPolicy'
    | 'EnvoyPatchPolicy'
  readonly spec: AttachedSpec
}

export type AttachedKind = AttachedPolicy['kind']

export interface AttachedSpec extends TargetFields {
  /** Present: merged with the policy of the listener, ListenerSet or Gateway. Routes only. */
  readonly mergeType?: string
  readonly [field: string]: unknown
}

/** How a policy of any kind says what it is about. */
export interface TargetFields {
  /** Deprecated; never together with targetRefs. */
  readonly targetRef?: TargetRef
  readonly targetRefs?: readonly TargetRef[]
  readonly targetSelectors?: readonly TargetSelector[]
}

/** What a targetRef names; policies reach only into their own namespace. */
export interface PolicyTarget {
  readonly group: string
  readonly kind: string
  readonly name: string
}

export interface TargetRef extends PolicyTarget {
  /** A listener of a Gateway or ListenerSet, a rule of a route. */
  readonly sectionName?: string
}

export interface TargetSelector {
  readonly group?: string
  readonly kind: string
  readonly matchLabels?: NonNullable<LabelSelector['matchLabels']>
  readonly matchExpressions?: NonNullable<LabelSelector['matchExpressions']>
  readonly namespaces?: { readonly from: string; readonly selector?: LabelSelector }
}

/** Fields of a spec that say where a policy is attached, rather than what it does. */
export const attachmentFields: ReadonlySet<string> = new Set([
  'targetRef',
  'targetRefs',
  'targetSelectors',
  'mergeType',
])

export const policyGroup = 'gateway.envoyproxy.io'

const attachedKinds: ReadonlySet<string> = new Set<AttachedKind>([
  'BackendTrafficPolicy',
  'ClientTrafficPolicy',
  'SecurityPolicy',
  'EnvoyExtensionPolicy',
  'EnvoyPatchPolicy',
])

export function isAttachedKind(kind: string): kind is AttachedKind {
  return attachedKinds.has(kind)
}

/** All that a policy of any kind names as its targets. */
export function targetsOf({ spec }: { readonly spec: TargetFields }): readonly TargetRef[] {
  return spec.targetRef ? [spec.targetRef] : (spec.targetRefs ?? [])
}

/** The kinds of objects that it selects by labels. */
export function selectsTargets({ spec }: { readonly spec: TargetFields }): readonly string[] {
  return [...new Set((spec.targetSelectors ?? []).map(({ kind }) => kind))]
}
