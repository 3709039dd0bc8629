import type { LabelSelector } from '#api'
import { selects } from './label-selector.ts'
import { namespaceLabels } from './namespace-labels.ts'
import { rankPolicies } from './policy-rank.ts'
import {
  type AttachedKind,
  type AttachedPolicy,
  type PolicyTarget,
  policyGroup,
  type TargetSelector,
  targetsOf,
} from './policy-target.ts'
import { gatewayGroup } from './protocols.ts'
import type { Reader } from './reader.ts'
import { mayRefer } from './reference-grant.ts'

/** Something that policies can be attached to. */
export interface PolicyPlace {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** A listener or rule of it; left out: the whole. */
  readonly section?: string
  /** Asked only where a policy selects by labels. */
  labels(): Readonly<Record<string, string>>
}

/** The policies of a kind that are attached to exactly this place; the first one counts, the others are in conflict with it. */
export function policiesOn<K extends AttachedKind>(
  reader: Reader,
  kind: K,
  place: PolicyPlace,
): readonly AttachedPolicy[] {
  const target = { group: gatewayGroup, kind: place.kind, name: place.name }
  const named = reader
    .policies(kind, place.namespace, target)
    .filter((policy) =>
      targetsOf(policy).some((ref) => isSame(ref, target) && (ref.sectionName || undefined) === place.section),
    )
  if (place.section !== undefined) return rankPolicies(named)
  const selecting = reader.selecting(kind, place.kind)
  if (selecting.length === 0) return rankPolicies(named)
  const selected = selecting.filter((policy) => !named.includes(policy) && selectsPlace(reader, policy, place))
  return rankPolicies([...named, ...selected])
}

function isSame(a: PolicyTarget, b: PolicyTarget): boolean {
  return a.group === b.group && a.kind === b.kind && a.name === b.name
}

/** Whether one of the policy's targetSelectors means the place; into other namespaces only where a ReferenceGrant there says so. */
export function selectsPlace(reader: Reader, policy: AttachedPolicy, place: PolicyPlace): boolean {
  const from = { group: policyGroup, kind: policy.kind, namespace: policy.metadata.namespace ?? 'default' }
  const to = { group: gatewayGroup, kind: place.kind, namespace: place.namespace, name: place.name }
  return (policy.spec.targetSelectors ?? []).some(
    (selector) =>
      (selector.group ?? gatewayGroup) === gatewayGroup &&
      selector.kind === place.kind &&
      inNamespaces(reader, selector.namespaces, from.namespace, place.namespace) &&
      selects(labelSelector(selector), place.labels()) &&
      mayRefer(reader, from, to),
  )
}

function labelSelector({ matchLabels, matchExpressions }: TargetSelector): LabelSelector {
  return { ...(matchLabels && { matchLabels }), ...(matchExpressions && { matchExpressions }) }
}

function inNamespaces(reader: Reader, namespaces: TargetSelector['namespaces'], own: string, other: string): boolean {
  switch (namespaces?.from ?? 'Same') {
    case 'Same':
      return own === other
    case 'All':
      return true
    case 'Selector':
      return namespaces?.selector !== undefined && selects(namespaces.selector, namespaceLabels(reader, other))
    default:
      // A word from the future selects nothing.
      return false
  }
}
