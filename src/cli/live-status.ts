import type { KubeObject } from '#api'
import type { Condition, ListenerStatus, ParentStatus, PolicyAncestorStatus, Status, StatusAddress } from '#translate'

interface Written {
  readonly conditions?: readonly Condition[]
  readonly addresses?: readonly StatusAddress[]
  readonly attachedListenerSets?: number
  readonly listeners?: readonly Partial<ListenerStatus>[]
  readonly parents?: readonly ParentStatus[]
  readonly ancestors?: readonly PolicyAncestorStatus[]
}

/**
 * What stands in an object's status and is ours. Nothing: nobody has written it yet.
 * @param planned what we would write: tells which form the status has
 */
export function readLiveStatus({ status }: KubeObject, planned: Status, controllerName: string): Status | undefined {
  const { conditions = [], addresses = [], attachedListenerSets = 0, ...written } = (status ?? {}) as Written
  const listeners = (written.listeners ?? []).map(
    ({ name = '', supportedKinds = [], attachedRoutes = 0, conditions = [] }) => ({
      name,
      supportedKinds,
      attachedRoutes,
      conditions,
    }),
  )
  const isOurs = (entry: { readonly controllerName: string }) => entry.controllerName === controllerName
  // Before anyone is responsible, the API server fills in conditions that wait for a controller.
  const isWritten = conditions.some(({ observedGeneration }) => (observedGeneration ?? 0) > 0)
  switch (planned.kind) {
    case 'GatewayClass':
      return isWritten ? { kind: planned.kind, conditions, supportedFeatures: planned.supportedFeatures } : undefined
    case 'Gateway':
      return isWritten ? { kind: planned.kind, conditions, addresses, listeners, attachedListenerSets } : undefined
    case 'ListenerSet':
      return isWritten ? { kind: planned.kind, conditions, listeners } : undefined
    case 'Route': {
      const parents = (written.parents ?? []).filter(isOurs)
      return parents.length > 0 || planned.parents.length === 0 ? { kind: planned.kind, parents } : undefined
    }
    case 'Policy': {
      const ancestors = (written.ancestors ?? []).filter(isOurs)
      return ancestors.length > 0 || planned.ancestors.length === 0 ? { kind: planned.kind, ancestors } : undefined
    }
  }
}

/** All conditions of a status, each with the part of the object that it is about: `listener http`, `parent gw`. */
export function conditionsOf(status: Status): readonly { readonly about: string; readonly condition: Condition }[] {
  const at = (about: string, conditions: readonly Condition[]) => conditions.map((condition) => ({ about, condition }))
  switch (status.kind) {
    case 'GatewayClass':
      return at('', status.conditions)
    case 'Gateway':
    case 'ListenerSet':
      return [
        ...at('', status.conditions),
        ...status.listeners.flatMap(({ name, conditions }) => at(`listener ${name}`, conditions)),
      ]
    case 'Route':
      return status.parents.flatMap(({ parentRef, conditions }) => at(`parent ${parentRef.name}`, conditions))
    case 'Policy':
      return status.ancestors.flatMap(({ ancestorRef, conditions }) => at(`ancestor ${ancestorRef.name}`, conditions))
  }
}

/** The generation that a status is about, when the object has gone on since. */
export function staleGeneration({ metadata: { generation = 0 } }: KubeObject, status: Status): number | undefined {
  const seen = conditionsOf(status).map(({ condition }) => condition.observedGeneration ?? 0)
  const oldest = Math.min(...seen)
  return oldest < generation && seen.length > 0 ? oldest : undefined
}
