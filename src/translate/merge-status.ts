import type { KubeObject } from '#api'
import type { Condition } from './condition.ts'
import { type Fields, listOf, mergeConditions } from './merge-conditions.ts'
import { maxAncestors } from './policy-status.ts'
import { sameValue } from './same-value.ts'
import type { Status } from './status.ts'

export interface StatusWriter {
  /** Whose entries are ours. */
  readonly controllerName: string
  /** RFC 3339: lastTransitionTime of conditions that turn. */
  readonly now: string
}

/**
 * An object with our status in it, as it should stand in a cluster: read, modify, write. Conditions of other types, entries of
 * other controllers and fields that we don't know stay; entries of ours that have no reason any more go.
 */
export function mergeStatus(object: KubeObject, status: Status | undefined, writer: StatusWriter): KubeObject {
  const before = (object.status ?? {}) as Fields
  const after = { ...before, ...fieldsOf(before, status, writer) }
  return sameValue(before, after) ? object : { ...object, status: after }
}

function fieldsOf(before: Fields, status: Status | undefined, writer: StatusWriter): Fields {
  const { now } = writer
  switch (status?.kind) {
    case 'GatewayClass': {
      const { conditions, supportedFeatures } = status
      return { conditions: mergeConditions(before.conditions, conditions, now), supportedFeatures }
    }
    case 'Gateway': {
      const { conditions, addresses, attachedListenerSets, listeners } = status
      return {
        addresses,
        attachedListenerSets,
        conditions: mergeConditions(before.conditions, conditions, now),
        listeners: mergeListeners(before.listeners, listeners, now),
      }
    }
    case 'ListenerSet':
      return {
        conditions: mergeConditions(before.conditions, status.conditions, now),
        listeners: mergeListeners(before.listeners, status.listeners, now),
      }
    case 'Route':
      return { parents: mergeEntries('parentRef', before.parents, status.parents, writer) }
    case 'Policy':
      return { ancestors: mergeEntries('ancestorRef', before.ancestors, status.ancestors, writer, maxAncestors) }
    case undefined:
      // Nothing of ours may be left where entries bear our name.
      return {
        ...(before.parents !== undefined && { parents: mergeEntries('parentRef', before.parents, [], writer) }),
        ...(before.ancestors !== undefined && { ancestors: mergeEntries('ancestorRef', before.ancestors, [], writer) }),
      }
  }
}

/** The listeners of the spec and no others; the whole list is ours, conditions of others inside it are not. */
function mergeListeners(
  before: unknown,
  ours: readonly { readonly name: string; readonly conditions: readonly Condition[] }[],
  now: string,
): readonly Fields[] {
  return ours.map((listener) => {
    const old = listOf(before).find(({ name }) => name === listener.name)
    return { ...listener, conditions: mergeConditions(old?.conditions, listener.conditions, now) }
  })
}

type Entry<F extends string> = Readonly<Record<F, object>> & {
  readonly controllerName: string
  readonly conditions: readonly Condition[]
}

/** Entries of other controllers stay where they are; ours follow those that are there, stale ones go. */
function mergeEntries<F extends string>(
  field: F,
  before: unknown,
  ours: readonly Entry<F>[],
  { controllerName, now }: StatusWriter,
  most = Number.POSITIVE_INFINITY,
): readonly Fields[] {
  // Those of others have their places; what is ours and finds none is left out, or the API server would take nothing at all.
  const foreign = listOf(before).filter((old) => old.controllerName !== controllerName).length
  const left = ours.slice(0, Math.max(0, most - foreign))
  const merged = listOf(before).flatMap((old): Fields[] => {
    if (old.controllerName !== controllerName) return [old]
    const at = left.findIndex((entry) => sameValue(entry[field], old[field]))
    if (at < 0) return []
    const [entry] = left.splice(at, 1)
    return [{ ...old, conditions: mergeConditions(old.conditions, entry!.conditions, now) }]
  })
  return [...merged, ...left.map((entry) => ({ ...entry, conditions: mergeConditions([], entry.conditions, now) }))]
}
