import { concernsRoute, gatewayOfListener, type PlaneRefusal } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { type Condition, conditionOf, falseCondition, notProgrammed, trueCondition } from './condition.ts'
import type { ParentModel, RouteModel } from './route.ts'
import { located, type RuleModel } from './rule.ts'
import type { ParentStatus, RouteStatus } from './status.ts'

/** What the rules alone mean for Accepted and PartiallyInvalid. */
export interface RulesVerdict {
  /** No rule is valid: Accepted=False. */
  readonly refused?: Problem
  /** Some are: Accepted stays True, and this tells which are missing. */
  readonly dropped?: Problem
}

export function rulesVerdict(rules: readonly RuleModel[]): RulesVerdict {
  const invalid = rules.flatMap(({ index, rule }) => (rule.ok ? [] : [{ index, problems: rule.problems }]))
  const first = invalid[0]?.problems[0]
  if (!first) return {}
  if (invalid.length === rules.length) {
    const message = invalid.flatMap(({ problems }) => problems.map(located)).join('; ')
    return { refused: { ...first, message } }
  }
  // shared_types.go, RouteConditionPartiallyInvalid: the message must start with "Dropped Rule".
  const message = invalid
    .map(({ index, problems }) => `Dropped Rule ${index} (${problems.map(located).join('; ')})`)
    .join(', ')
  return { dropped: { ...first, message } }
}

/**
 * @param refusedBy what the plane of a Gateway does not take
 * @returns undefined for routes that have nothing to do with us: then nothing of ours may stand in their status
 */
export function routeStatus(
  route: RouteModel,
  controllerName: string,
  refusedBy: (gateway: string) => readonly PlaneRefusal[] = () => [],
): RouteStatus | undefined {
  if (route.parents.length === 0) return undefined
  const verdict = rulesVerdict(route.rules)
  return {
    kind: 'Route',
    parents: route.parents.map((parent): ParentStatus => {
      const conditions = [
        ...acceptance(parent, verdict, route.generation),
        resolvedRefs(parent, route),
        ...refusedOn(route, parent, refusedBy),
      ]
      return { parentRef: parent.ref, controllerName, conditions }
    }),
  }
}

function acceptance(
  { attachments }: ParentModel,
  { refused, dropped }: RulesVerdict,
  generation: number,
): readonly Condition[] {
  const refusal = attachments.ok ? refused : attachments.problems[0]
  const accepted = conditionOf('Accepted', generation, refusal)
  // Only ever True, and only beside Accepted=True.
  if (refusal || !dropped) return [accepted]
  return [accepted, trueCondition('PartiallyInvalid', generation, dropped.reason, dropped.message)]
}

function refusedOn(
  { routes, streams, generation }: RouteModel,
  { attachments }: ParentModel,
  refusedBy: (gateway: string) => readonly PlaneRefusal[],
): readonly Condition[] {
  if (!attachments.ok) return []
  const listeners = new Set(attachments.value.map(({ listener }) => listener.key))
  const own = new Set([...listeners].map(gatewayOfListener).flatMap(refusedBy))
  if (own.size === 0) return []
  const here = [...routes, ...streams].filter(({ listener }) => listeners.has(listener))
  const refused = [...own].filter((refusal) => here.some((one) => concernsRoute(refusal, one)))
  return refused.length > 0 ? [notProgrammed(generation, refused)] : []
}

function resolvedRefs({ rules }: ParentModel, { generation }: RouteModel): Condition {
  const unresolved = rules.flatMap((rule) => rule.unresolved)
  const first = unresolved[0]
  return first
    ? falseCondition('ResolvedRefs', generation, first.reason, unresolved.map(located).join('; '))
    : trueCondition('ResolvedRefs', generation)
}
