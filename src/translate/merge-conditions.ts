import { type Condition, notProgrammedType } from './condition.ts'
import { sameValue } from './same-value.ts'

export type Fields = Readonly<Record<string, unknown>>

/** Of ours, those that come and go: what they say is over when we do not say it any more. */
const passing: ReadonlySet<unknown> = new Set([
  'PartiallyInvalid',
  'OverlappingTLSConfig',
  'DefaultGateway',
  'InsecureFrontendValidationMode',
  'Merged',
  'Overridden',
  'Aggregated',
  notProgrammedType,
])

/**
 * Ours among those that are there (gateway_types.go, conditions as a map): types of others stay, and everything keeps its place. A
 * condition whose status stays keeps its time. One that was observed at a later generation stays: then it is we who are late.
 */
export function mergeConditions(before: unknown, ours: readonly Condition[], now: string): readonly Fields[] {
  const there = listOf(before)
  const types = new Set(there.map(({ type }) => type))
  const latest = Math.max(0, ...ours.map(({ observedGeneration }) => observedGeneration))
  const merged = there.flatMap((old) => {
    const mine = ours.find(({ type }) => type === old.type)
    if (mine) return [mergeCondition(old, mine, now)]
    return passing.has(old.type) && Number(old.observedGeneration ?? 0) <= latest ? [] : [old]
  })
  const fresh = ours.filter(({ type }) => !types.has(type))
  return [...merged, ...fresh.map((condition) => ({ ...condition, lastTransitionTime: now }))]
}

function mergeCondition(old: Fields, mine: Condition, now: string): Fields {
  if (Number(old.observedGeneration ?? 0) > mine.observedGeneration) return old
  const lastTransitionTime = old.status === mine.status ? (old.lastTransitionTime ?? now) : now
  const next = { ...mine, lastTransitionTime }
  return sameValue(old, next) ? old : next
}

/** What stands under a name in a status, if it is a list. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value : []
}
