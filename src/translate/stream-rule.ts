import type { BackendRef } from '#api'
import { ok } from '#kit/outcome.ts'
import { located, type RuleModel, type RuleScope, type StreamRuleParts } from './rule.ts'
import { translateBackends } from './weighted-backends.ts'

/** A rule of a TLSRoute, TCPRoute or UDPRoute, as far as they are alike. */
export interface WrittenStreamRule {
  readonly name?: string
  readonly backendRefs: readonly BackendRef[]
}

/**
 * One rule of a TLSRoute, TCPRoute or UDPRoute: where connections go. There is nothing in it that could make it invalid: a
 * reference that leads nowhere keeps its share and refuses connections (tcproute_types.go, BackendRefs).
 * @param carries what the backends are reached by
 */
export function translateStreamRule(
  rule: WrittenStreamRule,
  index: number,
  carries: 'tcp' | 'udp',
  scope: RuleScope,
): RuleModel {
  const policies = scope.policies(rule.name)
  const path = `spec.rules[${index}]`
  const { to, uses, unresolved } = translateBackends(rule.backendRefs, path, [], carries, scope, policies.backend)
  const { closed, admit, notes } = policies
  const parts: StreamRuleParts = closed
    ? { to: [{ kind: 'broken', weight: 1, status: 500, why: located(closed) }], uses: new Map() }
    : { to, uses, ...(admit && { admit }) }
  return { index, ...(rule.name !== undefined && { name: rule.name }), rule: ok(parts), unresolved, notes }
}
