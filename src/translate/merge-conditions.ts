import type { Condition } from './condition.ts'
import { sameValue } from './same-value.ts'

export type Fields = Readonly<Record<string, unknown>>

/**
 * Ours among those that are there (gateway_types.go, conditions as a map): types of others stay, and everything keeps its place. A
 * condition whose status stays keeps its time. One that was observed at a later generation stays: then it is we who are late.
 */
export function mergeConditions(before: unknown, ours: readonly Condition[], now: string): readonly Fields[] {
  const there = listOf(before)
  const types = new Set(there.map(({ type }) => type))
  const merged = there.map((old) => {
    const mine = ours.find(({ type }) => type === old.type)
    return mine ? mergeCondition(old, mine, now) : old
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
