import type { BackendRef } from '#api'
import { ok } from '#kit/outcome.ts'
import type { RuleModel, RuleScope } from './rule.ts'
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
  const { to, uses, unresolved } = translateBackends(rule.backendRefs, `spec.rules[${index}]`, [], carries, scope)
  return { index, ...(rule.name !== undefined && { name: rule.name }), rule: ok({ to, uses }), unresolved }
}
