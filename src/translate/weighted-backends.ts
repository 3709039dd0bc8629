import type { BackendKey, HttpMatch, WeightedBackend } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { type BackendPolicy, type BackendUse, resolveBackend } from './backend-ref.ts'
import type { BackendObjectRef } from './filter.ts'
import { translateFilters, type WrittenFilter } from './filters.ts'
import { located, type RuleScope, type Wish } from './rule.ts'

export interface WrittenBackend extends BackendObjectRef {
  readonly weight?: number
  readonly filters?: readonly WrittenFilter[]
}

export interface BackendsModel {
  readonly to: readonly WeightedBackend[]
  readonly uses: ReadonlyMap<BackendKey, BackendUse>
  /** Make the whole rule invalid. */
  readonly invalid: readonly Problem[]
  readonly unresolved: readonly Problem[]
}

/** backendRefs with their weights and filters. An invalid one keeps its share and answers 500 (httproute_types.go, BackendRefs). */
export function translateBackends(
  refs: readonly WrittenBackend[],
  path: string,
  matches: readonly HttpMatch[],
  wish: Wish,
  scope: RuleScope,
  policy?: BackendPolicy,
): BackendsModel {
  const to: WeightedBackend[] = []
  const uses = new Map<BackendKey, BackendUse>()
  const invalid: Problem[] = []
  const unresolved: Problem[] = []
  for (const [i, ref] of refs.entries()) {
    const at = `${path}.backendRefs[${i}]`
    const weight = ref.weight ?? 1
    const backend = resolveBackend(scope.reader, { ...scope.origin, group: scope.group }, ref, wish, scope.side, policy)
    const filters = translateFilters(ref.filters ?? [], at, matches, scope)
    const lost = backend.ok ? [] : backend.problems.map((found) => ({ ...found, path: at }))
    invalid.push(...filters.invalid)
    unresolved.push(...lost, ...filters.unresolved)
    const broken = lost[0] ?? filters.closed
    if (broken) to.push({ kind: 'broken', weight, status: 500, why: located(broken) })
    if (broken || !backend.ok) continue
    const { key } = backend.value
    to.push({ kind: 'backend', backend: key, weight, filters: filters.nodes })
    uses.set(key, backend.value)
    for (const [used, use] of filters.uses) uses.set(used, use)
  }
  return { to, uses, invalid, unresolved }
}
