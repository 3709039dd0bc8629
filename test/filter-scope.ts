import { ok } from '#kit/outcome.ts'
import type { FilterScope, RuleSlotScope } from '#translate'

/** What the trunk tells a filter's translator: the first filter of a rule that matches the prefix `/`. */
export function filterScope(change: Partial<FilterScope> = {}): FilterScope {
  return {
    path: 'spec.rules[0].filters[0]',
    matches: [{ path: { kind: 'prefix', value: '/' } }],
    siblings: [],
    backend: () => ok('Service/default/a/80'),
    ...change,
  }
}

/** What the trunk tells a slot of the first rule of HTTPRoute default/r. */
export function slotScope(field: string, change: Partial<RuleSlotScope> = {}): RuleSlotScope {
  return {
    path: `spec.rules[0].${field}`,
    origin: { kind: 'HTTPRoute', namespace: 'default', name: 'r' },
    rule: 0,
    matches: [{ path: { kind: 'prefix', value: '/' }, headers: [], query: [] }],
    ...change,
  }
}
