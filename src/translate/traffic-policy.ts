import type { XBackendTrafficPolicy } from '#api'
import type { RetryBudget } from '#ir'
import { parseDuration } from '#kit/duration.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import { conditionOf, trueCondition } from './condition.ts'
import type { PolicyJudge } from './policy-book.ts'
import { rankPolicies } from './policy-rank.ts'
import type { PolicyTarget } from './policy-target.ts'
import type { Reader } from './reader.ts'
import { type Features, located } from './rule.ts'
import type { ForwardSlots } from './rule-slot.ts'
import { namespaceOf } from './store.ts'

/** The policy (GEP-3388) that counts for a backend. */
export function trafficPolicyOn(
  reader: Reader,
  namespace: string,
  target: PolicyTarget,
): XBackendTrafficPolicy | undefined {
  return rankPolicies(reader.policies('XBackendTrafficPolicy', namespace, target))[0]
}

/** How many of a backend's requests may be retries; undefined: no policy says. */
export function retryBudgetOf(policy: XBackendTrafficPolicy | undefined): RetryBudget | undefined {
  const constraint = policy?.spec.retryConstraint
  if (!constraint) return undefined
  const { budget, minRetryRate } = constraint
  return {
    percent: budget?.percent ?? 20,
    intervalMs: milliseconds(budget?.interval ?? '10s'),
    minRetries: minRetryRate?.count ?? 10,
    minRetriesIntervalMs: milliseconds(minRetryRate?.interval ?? '1s'),
  }
}

// The schema has checked its shape.
function milliseconds(duration: string): number {
  const parsed = parseDuration(duration, '')
  return parsed.ok ? parsed.value : 0
}

/**
 * The session that a policy asks for: one cookie or header for all rules that lead to its backends, so that a client keeps
 * its endpoint when it goes from one to the other.
 */
export function policySession(policy: XBackendTrafficPolicy, features: Features): Outcome<ForwardSlots> {
  const written = policy.spec.sessionPersistence
  const slot = features.slots.get('sessionPersistence')
  if (!written || !slot) return ok({})
  const origin = { kind: policy.kind, namespace: namespaceOf(policy), name: policy.metadata.name }
  return slot.translate(written as never, { path: 'spec.sessionPersistence', origin, rule: 0, matches: [] })
}

/** Statuses of XBackendTrafficPolicy. Reasons: Accepted, Conflicted, Invalid. */
export function trafficPolicyJudge(features: Features): PolicyJudge<'XBackendTrafficPolicy'> {
  return {
    kind: 'XBackendTrafficPolicy',
    conditions(policy, reader) {
      const generation = policy.metadata.generation ?? 0
      const session = policySession(policy, features)
      if (!session.ok) {
        const message = session.problems.map(located).join('; ')
        return [conditionOf('Accepted', generation, { reason: 'Invalid', message, path: '' })]
      }
      const { targetRefs } = policy.spec
      const lost = targetRefs.flatMap((target) => {
        const winner = trafficPolicyOn(reader, namespaceOf(policy), target)
        return winner && winner.metadata.name !== policy.metadata.name
          ? [`${target.kind} ${target.name} has the older XBackendTrafficPolicy ${winner.metadata.name}`]
          : []
      })
      const message = lost.join('; ')
      // Some targets are left to it: it is in force there, and says where it is not.
      return lost.length === targetRefs.length
        ? [conditionOf('Accepted', generation, { reason: 'Conflicted', message, path: '' })]
        : [trueCondition('Accepted', generation, 'Accepted', message)]
    },
  }
}
