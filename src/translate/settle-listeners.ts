import { compareAge, compareText } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { type GatewayModel, isAccepted, isSound, type ListenerModel } from './gateway.ts'
import { ListenerClaims } from './listener-claims.ts'
import { isSoundEntry, type ListenerSetModel } from './listener-set.ts'
import { findOverlaps } from './overlapping-tls.ts'
import { sameValue } from './same-value.ts'
import type { Settings } from './settings.ts'
import { SocketClaims } from './sockets.ts'

/** Gateways and ListenerSets in the light of their rivals, by `namespace/name`. */
export interface Settled {
  readonly gateways: ReadonlyMap<string, GatewayModel>
  readonly sets: ReadonlyMap<string, ListenerSetModel>
}

/**
 * Who gets which socket and hostname. A model that loses nothing stays the object it was.
 * @param setsOf the ListenerSets of a Gateway, in their order of precedence
 */
export function settleListeners(
  drafts: readonly GatewayModel[],
  setsOf: (gateway: string) => readonly ListenerSetModel[],
  settings: Settings,
): Settled {
  const sockets = new SocketClaims(settings)
  const gateways = new Map<string, GatewayModel>()
  const sets = new Map<string, ListenerSetModel>()
  const oldestFirst = [...drafts].sort((a, b) => compareAge(a.createdAt, b.createdAt) || compareText(a.name, b.name))
  for (const draft of oldestFirst) {
    const listeners = withProblems(draft.listeners, (listener) => {
      const refused = isSound(draft, listener) ? sockets.take(draft, listener) : undefined
      return refused && { refused }
    })
    const gateway = listeners === draft.listeners ? draft : { ...draft, listeners }
    const claims = new ListenerClaims(gateway.name, gateway.listeners)
    const own = setsOf(gateway.name).map((set) => settleSet(set, gateway, claims, sockets))
    const overlaps = findOverlaps([gateway, ...own].flatMap((model) => model.listeners))
    gateways.set(gateway.name, withOverlaps(gateway, overlaps))
    for (const set of own) sets.set(set.name, withOverlaps(set, overlaps))
  }
  return { gateways, sets }
}

function settleSet(
  draft: ListenerSetModel,
  gateway: GatewayModel,
  claims: ListenerClaims,
  sockets: SocketClaims,
): ListenerSetModel {
  if (draft.problem) return draft
  if (!isAccepted(gateway)) {
    const message = `Gateway ${gateway.name} is not accepted: see its conditions`
    return { ...draft, problem: { reason: 'ParentNotAccepted', message, path: 'spec.parentRef' } }
  }
  const conflicts = claims.settle(draft.listeners)
  const listeners = withProblems(draft.listeners, (listener) => {
    const conflict = conflicts.get(listener)
    if (conflict) return { conflict }
    const refused = isSoundEntry(draft, listener) ? sockets.take(gateway, listener) : undefined
    return refused && { refused }
  })
  return listeners === draft.listeners ? draft : { ...draft, listeners }
}

/** The models that the last findings were about, with those findings in them. */
const overlapping = new WeakMap<object, { readonly listeners: readonly ListenerModel[] }>()

/** @returns the same model when nothing overlaps, and the same as the last time when the findings are */
function withOverlaps<T extends { readonly listeners: readonly ListenerModel[] }>(
  model: T,
  overlaps: ReadonlyMap<ListenerModel, Problem>,
): T {
  const last = overlapping.get(model)
  if (last?.listeners.every(({ overlap }, at) => sameValue(overlap, overlaps.get(model.listeners[at]!))))
    return last as T
  const listeners = withProblems(model.listeners, (listener) => {
    const overlap = overlaps.get(listener)
    return overlap && { overlap }
  })
  if (listeners === model.listeners) return model
  const found = { ...model, listeners }
  overlapping.set(model, found)
  return found
}

/** @returns the same list when there is no problem */
function withProblems(
  listeners: readonly ListenerModel[],
  problemOf: (listener: ListenerModel) => Pick<ListenerModel, 'conflict' | 'refused' | 'overlap'> | undefined,
): readonly ListenerModel[] {
  let changed = false
  const next = listeners.map((listener) => {
    const problem = problemOf(listener)
    if (!problem) return listener
    changed = true
    return { ...listener, ...problem }
  })
  return changed ? next : listeners
}
