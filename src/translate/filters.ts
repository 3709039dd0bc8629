import type { BackendKey, FilterNode, HttpMatch } from '#ir'
import { type Outcome, ok, type Problem, problem } from '#kit/outcome.ts'
import { type BackendUse, resolveBackend } from './backend-ref.ts'
import type { FilterScope, FilterTranslation } from './filter.ts'
import { type Features, invalidatesRule, type RuleScope } from './rule.ts'

/** A filter as users write it: the stanza stands under a name of its own. */
export interface WrittenFilter {
  readonly type: string
  readonly extensionRef?: { readonly group: string; readonly kind: string; readonly name: string }
}

export interface FiltersModel {
  /** In the order of execution. */
  readonly nodes: readonly FilterNode[]
  readonly uses: ReadonlyMap<BackendKey, BackendUse>
  /** Make the whole rule invalid. */
  readonly invalid: readonly Problem[]
  /**
   * A filter that cannot do its work: its requests must get an error, never go on without it (HTTPRouteFilter.extensionRef;
   * a broken security filter closes its rule).
   */
  readonly closed?: Problem
  readonly unresolved: readonly Problem[]
}

/** The filters of one rule or of one backendRef, `path` telling which. */
export function translateFilters(
  filters: readonly WrittenFilter[],
  path: string,
  matches: readonly HttpMatch[],
  scope: RuleScope,
): FiltersModel {
  const nodes: FilterNode[] = []
  const uses = new Map<BackendKey, BackendUse>()
  const invalid: Problem[] = []
  const closing: Problem[] = []
  const unresolved: Problem[] = []
  for (const [i, filter] of filters.entries()) {
    const at = `${path}.filters[${i}]`
    const outcome = translateFilter(filter, filterScope(at, filters, matches, scope, uses), scope.features)
    if (outcome.ok) {
      nodes.push(outcome.value.node)
      unresolved.push(...(outcome.value.unresolved ?? []))
    } else {
      invalid.push(...outcome.problems.filter(invalidatesRule))
      closing.push(...outcome.problems.filter((found) => !invalidatesRule(found)))
    }
  }
  const place = (node: FilterNode) => scope.features.filterOrder.get(node.kind) ?? Number.MAX_SAFE_INTEGER
  return {
    nodes: nodes.sort((a, b) => place(a) - place(b)),
    uses,
    invalid,
    ...(closing[0] && { closed: closing[0] }),
    unresolved: [...closing, ...unresolved],
  }
}

function translateFilter(filter: WrittenFilter, scope: FilterScope, features: Features): Outcome<FilterTranslation> {
  const translator = features.filters.get(filter.type)
  // The translator gets the type it has registered for: the filter's shape is settled by its `type`.
  if (translator) return translator.translate(filter as never, scope)
  if (filter.type === 'ExtensionRef' && filter.extensionRef) {
    const { kind, group, name } = filter.extensionRef
    return problem('InvalidKind', `no filter of kind ${kind}.${group} (${name}) is known here`, scope.path)
  }
  return problem('UnsupportedValue', `filter type ${filter.type} is not supported`, `${scope.path}.type`)
}

function filterScope(
  path: string,
  siblings: readonly WrittenFilter[],
  matches: readonly HttpMatch[],
  { reader, origin, group, side, wish: usual }: RuleScope,
  uses: Map<BackendKey, BackendUse>,
): FilterScope {
  return {
    path,
    matches,
    siblings,
    backend(ref, at, wish = usual) {
      const outcome = resolveBackend(reader, { ...origin, group }, ref, wish ?? 'http1', side)
      if (!outcome.ok) return { ok: false, problems: outcome.problems.map((found) => ({ ...found, path: at })) }
      uses.set(outcome.value.key, outcome.value)
      return ok(outcome.value.key)
    },
  }
}
