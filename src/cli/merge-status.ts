import type { KubeObject } from '#api'
import type { Condition, Status } from '#translate'

type Fields = Readonly<Record<string, unknown>>

/**
 * An object with our status in it, as a status writer leaves it in a cluster: conditions of other types and parents of other
 * controllers stay.
 * @param now lastTransitionTime of our conditions, RFC 3339
 */
export function mergeStatus(object: KubeObject, status: Status | undefined, now: string): KubeObject {
  if (status === undefined) return object
  const before = (object.status ?? {}) as Fields
  switch (status.kind) {
    case 'GatewayClass': {
      const { conditions, supportedFeatures } = status
      return {
        ...object,
        status: { ...before, conditions: mergeConditions(before, conditions, now), supportedFeatures },
      }
    }
    case 'Gateway': {
      const listeners = status.listeners.map((one) => ({ ...one, conditions: stamp(one.conditions, now) }))
      const conditions = mergeConditions(before, status.conditions, now)
      const { addresses, attachedListenerSets } = status
      return { ...object, status: { ...before, addresses, attachedListenerSets, conditions, listeners } }
    }
    case 'ListenerSet': {
      const listeners = status.listeners.map((one) => ({ ...one, conditions: stamp(one.conditions, now) }))
      return {
        ...object,
        status: { ...before, conditions: mergeConditions(before, status.conditions, now), listeners },
      }
    }
    case 'Route':
      return { ...object, status: { ...before, parents: mergeEntries(before.parents, status.parents, now) } }
    case 'Policy':
      return { ...object, status: { ...before, ancestors: mergeEntries(before.ancestors, status.ancestors, now) } }
  }
}

/** Entries of other controllers stay; ours are replaced, so that stale ones go. */
function mergeEntries(
  before: unknown,
  ours: readonly { readonly controllerName: string; readonly conditions: readonly Condition[] }[],
  now: string,
): readonly Fields[] {
  const names = new Set(ours.map(({ controllerName }) => controllerName))
  const others = listOf(before).filter(({ controllerName }) => !names.has(String(controllerName)))
  return [...others, ...ours.map((one) => ({ ...one, conditions: stamp(one.conditions, now) }))]
}

function mergeConditions(before: Fields, ours: readonly Condition[], now: string): Fields[] {
  const types = new Set(ours.map(({ type }) => type))
  return [...listOf(before.conditions).filter(({ type }) => !types.has(String(type))), ...stamp(ours, now)]
}

function stamp(conditions: readonly Condition[], lastTransitionTime: string): Fields[] {
  return conditions.map((condition) => ({ ...condition, lastTransitionTime }))
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value : []
}
