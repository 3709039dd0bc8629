import type { HTTPRouteRule } from '#api'
import type { Action, FilterNode, Forward, HttpMatch, Timeouts } from '#ir'
import { type Outcome, ok, type Problem, problem } from '#kit/outcome.ts'
import { inOrder, translateFilters, type WrittenFilter } from './filters.ts'
import type { RulePolicies } from './policy-chain.ts'
import { invalidatesRule, located, type RuleModel, type RuleParts, type RuleScope } from './rule.ts'
import type { ForwardSlots, RuleSlot } from './rule-slot.ts'
import { policySession, trafficPolicyOn } from './traffic-policy.ts'
import { type BackendsModel, translateBackends, type WrittenBackend } from './weighted-backends.ts'

/** A rule about requests, as far as the kinds of routes agree. Their `matches` are words of their own. */
export interface WrittenRequestRule extends Partial<Pick<HTTPRouteRule, RuleSlot['field']>> {
  readonly name?: string
  readonly filters?: readonly WrittenFilter[]
  readonly backendRefs?: readonly WrittenBackend[]
}

/**
 * One rule about requests, its matches already read.
 * @param wish protocol towards backends that do not name one, those of filters included
 */
export function translateRequestRule(
  rule: WrittenRequestRule,
  index: number,
  matches: Outcome<readonly HttpMatch[]>,
  wish: 'http1' | 'h2c',
  outer: RuleScope,
): RuleModel {
  const path = `spec.rules[${index}]`
  const scope = { ...outer, wish }
  const named = { index, ...(rule.name !== undefined && { name: rule.name }) }
  if (!matches.ok) return { ...named, rule: matches, unresolved: [], notes: [] }
  const policies = scope.policies(rule.name)
  const { notes } = policies
  const filters = translateFilters(rule.filters ?? [], path, matches.value, scope)
  const backends = translateBackends(rule.backendRefs ?? [], path, matches.value, wish, scope, policies.backend)
  const slots = translateSlots(rule, index, matches.value, scope)
  const unresolved = [...filters.unresolved, ...backends.unresolved, ...slots.unresolved]
  const invalid = [...filters.invalid, ...backends.invalid, ...slots.invalid]
  if (invalid.length > 0) return { ...named, rule: { ok: false, problems: invalid }, unresolved, notes }
  const closed = filters.closed ?? slots.unresolved[0] ?? policies.closed
  const { timeouts: limits, ...forward } = policies.forward
  const timeouts = timeoutsOf(rule, slots.value, limits)
  const parts: RuleParts = closed
    ? { matches: matches.value, filters: [], action: fail(located(closed)), uses: new Map() }
    : {
        matches: matches.value,
        filters: withPolicies(filters.nodes, policies.nodes, scope),
        action: actionOf(backends, { ...sessionOf(backends, scope), ...forward, ...slots.value, timeouts }),
        uses: new Map([...filters.uses, ...policies.uses, ...backends.uses]),
      }
  return { ...named, rule: ok({ ...parts, ...(notes.length > 0 && { policies: notes }) }), unresolved, notes }
}

/**
 * What the rule writes, else what the policy does. Without either there is no limit: Gateway API leaves the default to us, and
 * long-lived requests are common.
 */
function timeoutsOf(
  { timeouts: written }: WrittenRequestRule,
  { timeouts: own }: ForwardSlots,
  policy: Partial<Timeouts> = {},
): Timeouts {
  return {
    requestMs: (written?.request === undefined ? policy.requestMs : own?.requestMs) ?? 0,
    backendRequestMs: (written?.backendRequest === undefined ? policy.backendRequestMs : own?.backendRequestMs) ?? 0,
    ...(policy.streamMs !== undefined && { streamMs: policy.streamMs }),
    ...(policy.idleMs !== undefined && { idleMs: policy.idleMs }),
  }
}

/** The rule's own filters and those of its policies. Two of a kind stay two: a route must not lift a guard of its Gateway. */
function withPolicies(
  own: readonly FilterNode[],
  policies: RulePolicies['nodes'],
  { features }: RuleScope,
): readonly FilterNode[] {
  if (policies.length === 0) return own
  const kinds = new Set(own.map(({ kind }) => kind))
  const added = policies.flatMap(({ node, ruleWins }) => (ruleWins && kinds.has(node.kind) ? [] : [node]))
  return inOrder([...added, ...own], features)
}

function fail(why: string): Action {
  return { kind: 'respond', status: 500, why }
}

// A redirect answers before the action is reached, so a rule without backends needs no case of its own.
function actionOf({ to }: BackendsModel, slots: ForwardSlots & Pick<Forward, 'timeouts'>): Action {
  if (to.length === 0) return fail('the rule has no backendRefs')
  const broken = to.flatMap((share) => (share.kind === 'broken' ? [share.why] : []))
  if (broken.length === to.length) return fail(broken.join('; '))
  if (to.every(({ weight }) => weight === 0)) return fail('all weights of the rule are 0')
  return { kind: 'forward', to, ...slots }
}

/**
 * What a policy on one of the backends adds to the rule; the rule's own words win (GEP-1619). The first backend whose policy
 * asks for sessions decides for all of them, so that a client stays where it is. A policy that is wrong says so itself.
 */
function sessionOf({ to, uses }: BackendsModel, { reader, features }: RuleScope): ForwardSlots {
  let slots: ForwardSlots = {}
  for (const share of to) {
    const use = share.kind === 'backend' ? uses.get(share.backend) : undefined
    const policy = use && trafficPolicyOn(reader, use.place.namespace, { ...use.kind, name: use.place.name })
    const session = policy && policySession(policy, features)
    if (session?.ok) slots = { ...session.value, ...slots }
  }
  return slots
}

interface SlotsModel {
  readonly value: ForwardSlots
  readonly invalid: readonly Problem[]
  readonly unresolved: readonly Problem[]
}

const fields = ['timeouts', 'retry', 'sessionPersistence'] as const satisfies readonly RuleSlot['field'][]

function translateSlots(
  rule: WrittenRequestRule,
  index: number,
  matches: readonly HttpMatch[],
  { origin, features }: RuleScope,
): SlotsModel {
  let value: ForwardSlots = {}
  const problems: Problem[] = []
  for (const field of fields) {
    const written = rule[field]
    if (written === undefined) continue
    const slot = features.slots.get(field)
    const path = `spec.rules[${index}].${field}`
    const outcome: Outcome<ForwardSlots> = slot
      ? slot.translate(written as never, { path, origin, rule: index, matches })
      : problem('UnsupportedValue', `${field} is not supported`, path)
    if (outcome.ok) value = { ...value, ...outcome.value }
    else problems.push(...outcome.problems)
  }
  return {
    value,
    invalid: problems.filter(invalidatesRule),
    unresolved: problems.filter((found) => !invalidatesRule(found)),
  }
}
