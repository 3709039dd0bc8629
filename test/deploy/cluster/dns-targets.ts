import { isDeepStrictEqual } from 'node:util'
import { type Condition, conditionOf } from './kubectl.ts'

interface ParentRef {
  readonly group?: string
  readonly kind?: string
  readonly namespace?: string
  readonly name: string
  readonly sectionName?: string
  readonly port?: number
}

interface Route {
  readonly metadata: { readonly namespace: string; readonly generation: number }
  readonly spec: { readonly hostnames?: readonly string[]; readonly parentRefs?: readonly ParentRef[] }
  readonly status?: { readonly parents?: readonly RouteParent[] }
}

interface RouteParent {
  readonly parentRef: ParentRef
  readonly conditions?: readonly Condition[]
}

interface Gateway {
  readonly metadata: { readonly namespace: string; readonly name: string }
  readonly spec: { readonly listeners: readonly { readonly name: string }[] }
  readonly status?: { readonly addresses?: readonly { readonly value: string }[] }
}

/**
 * The names that external-dns makes of a route, with their addresses. Restated from what its source for routes of Gateway API asks
 * of statuses (main branch, August 2026): a parent in the status counts when the spec has the same parentRef, its Accepted is true for this
 * generation, and the listener it names exists; addresses are the values of the Gateway's status.
 */
export function dnsTargets(route: Route, gateway: Gateway): ReadonlyMap<string, readonly string[]> {
  const { metadata, spec, status } = route
  const whole = ({ group, kind, namespace, name, sectionName, port }: ParentRef) => [
    ...[group ?? 'gateway.networking.k8s.io', kind ?? 'Gateway', namespace ?? metadata.namespace, name],
    ...[sectionName ?? '', port ?? 0],
  ]
  const counts = (status?.parents ?? []).some(({ parentRef, conditions = [] }) => {
    if (!spec.parentRefs?.some((ref) => isDeepStrictEqual(whole(ref), whole(parentRef)))) return false
    if (parentRef.name !== gateway.metadata.name) return false
    const accepted = conditionOf({ conditions }, 'Accepted')
    if (accepted?.status !== 'True' || accepted.observedGeneration !== metadata.generation) return false
    const { sectionName } = parentRef
    return sectionName === undefined || gateway.spec.listeners.some(({ name }) => name === sectionName)
  })
  const addresses = (gateway.status?.addresses ?? []).map(({ value }) => value)
  if (!counts || addresses.length === 0) return new Map()
  return new Map((spec.hostnames ?? []).map((host) => [host, addresses]))
}
