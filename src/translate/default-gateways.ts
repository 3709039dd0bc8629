import type { KubeObject, ParentReference } from '#api'
import type { Topic } from './dependencies.ts'
import { gatewayGroup } from './protocols.ts'
import { namespaceOf } from './store.ts'

/** What a route has read that asked for the default Gateways. */
export const defaultGatewaysTopic: Topic = 'default gateways'

/**
 * References to the default Gateways of a route that asks for them (GEP-3793): all of them, as if the route had named them. One
 * that it does name is not added again: the route's own words say more.
 * @param defaults names of the default Gateways; not called for routes that do not ask
 */
export function defaultParents(
  route: KubeObject,
  written: readonly ParentReference[],
  defaults: () => readonly string[],
): readonly ParentReference[] {
  const { useDefaultGateways = 'None' } = route.spec as { readonly useDefaultGateways?: string }
  if (useDefaultGateways !== 'All') return []
  const named = new Set(
    written
      .filter(({ group = gatewayGroup, kind = 'Gateway' }) => group === gatewayGroup && kind === 'Gateway')
      .map(({ namespace = namespaceOf(route), name }) => `${namespace}/${name}`),
  )
  return defaults().flatMap((fullName) => {
    const [namespace = '', name = ''] = fullName.split('/')
    return named.has(fullName) ? [] : [{ group: gatewayGroup, kind: 'Gateway', namespace, name }]
  })
}
