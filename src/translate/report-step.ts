import { sameValue } from './same-value.ts'
import type { GatewayReport, World } from './settings.ts'

/** Whose statuses may differ because the data plane reports something else. */
export interface ReportStep {
  readonly gateways: ReadonlySet<string>
  readonly sets: ReadonlySet<string>
  /** Gateways about whose routes it may say something else. */
  readonly refusals: ReadonlySet<string>
}

/** @param setsOf names of the ListenerSets of a Gateway */
export function compareReports(before: World, after: World, setsOf: (gateway: string) => Iterable<string>): ReportStep {
  const gateways = new Set<string>()
  const sets = new Set<string>()
  const refusals = new Set<string>()
  for (const name of new Set([...before.gateways.keys(), ...after.gateways.keys()])) {
    const old = before.gateways.get(name)
    const now = after.gateways.get(name)
    if (old === now) continue
    gateways.add(name)
    if (!sameValue(old?.refused, now?.refused)) refusals.add(name)
    if (!old || !now || old.generation !== now.generation || !sameSockets(old, now))
      for (const set of setsOf(name)) sets.add(set)
    else for (const set of changedSets(old, now)) sets.add(set)
  }
  return { gateways, sets, refusals }
}

function sameSockets(a: GatewayReport, b: GatewayReport): boolean {
  return sameValue(a.addresses, b.addresses) && sameValue(a.problem, b.problem)
}

function* changedSets({ listeners: old }: GatewayReport, { listeners: now }: GatewayReport): Iterable<string> {
  for (const [listener, problem] of now) {
    if (!old.has(listener) || !sameValue(old.get(listener), problem)) yield* setOf(listener)
  }
  for (const listener of old.keys()) if (!now.has(listener)) yield* setOf(listener)
}

/** `namespace/set/listener` -> `namespace/set`; nothing for the Gateway's own listeners. */
function setOf(listener: string): readonly string[] {
  const end = listener.lastIndexOf('/')
  return end < 0 ? [] : [listener.slice(0, end)]
}
