import type { BackendKey, FilterNode, HttpMatch } from '#ir'
import { type Outcome, ok, type Problem, problem } from '#kit/outcome.ts'
import { type BackendUse, resolveBackend } from './backend-ref.ts'
import type { FilterScope, FilterTranslation } from './filter.ts'
import type { PolicyModel } from './policy-model.ts'
import { policyGroup } from './policy-target.ts'
import { type Features, invalidatesRule, located, type RuleScope } from './rule.ts'

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
  const alone = new Map<FilterNode, string>()
  for (const [i, filter] of filters.entries()) {
    const at = `${path}.filters[${i}]`
    const { extensionRef } = filter
    if (extensionRef?.kind === 'HTTPRouteFilter' && extensionRef.group === policyGroup) {
      const model = translateExtension(extensionRef.name, at, scope)
      if (model.ok) {
        nodes.push(...model.value.nodes.map(({ node }) => node))
        for (const placed of model.value.nodes) if (placed.alone) alone.set(placed.node, at)
        for (const use of model.value.uses) uses.set(use.key, use)
      } else closing.push(...model.problems)
      continue
    }
    const outcome = translateFilter(filter, filterScope(at, filters, matches, scope, uses), scope.features)
    const refusal = outcome.ok ? scope.features.refuses?.(outcome.value.node, scope.plane) : undefined
    if (refusal !== undefined) closing.push({ reason: 'UnsupportedFilter', message: refusal, path: at })
    else if (outcome.ok) {
      nodes.push(outcome.value.node)
      unresolved.push(...(outcome.value.unresolved ?? []))
    } else {
      invalid.push(...outcome.problems.filter(invalidatesRule))
      closing.push(...outcome.problems.filter((found) => !invalidatesRule(found)))
    }
  }
  for (const [node, at] of alone) {
    if (!nodes.some((other) => other !== node && other.kind === node.kind)) continue
    const message = 'another filter here is about the same: put them into one, or into rules of their own'
    closing.push({ reason: 'IncompatibleFilters', message, path: at })
  }
  return {
    nodes: inOrder(nodes, scope.features),
    uses,
    invalid,
    ...(closing[0] && { closed: closing[0] }),
    unresolved: [...closing, ...unresolved],
  }
}

/** In the order of execution. */
export function inOrder(nodes: readonly FilterNode[], { filterOrder }: Features): readonly FilterNode[] {
  const place = (node: FilterNode) => filterOrder.get(node.kind) ?? Number.MAX_SAFE_INTEGER
  return [...nodes].sort((a, b) => place(a) - place(b))
}

/** HTTPRouteFilter, whose fields belong to slices as those of policies do. */
function translateExtension(
  name: string,
  at: string,
  { reader, origin, carries, plane }: RuleScope,
): Outcome<PolicyModel> {
  const full = `${origin.namespace}/${name}`
  const missing = problem('FilterNotFound', `HTTPRouteFilter ${full} does not exist`, at)
  if (!reader.get('HTTPRouteFilter', origin.namespace, name)) return missing
  const model = reader.model('HTTPRouteFilter', [full], carries, plane)
  if (!model) return missing
  if (model.problems.length === 0) return ok(model)
  const message = `HTTPRouteFilter ${full}: ${model.problems.map(located).join('; ')}`
  return problem('InvalidFilter', message, at)
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
