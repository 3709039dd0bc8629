import type { HTTPRouteRule } from '#api'
import { translateMatches } from './http-match.ts'
import { translateRequestRule } from './request-rule.ts'
import type { RuleModel, RuleScope } from './rule.ts'

/** One rule of an HTTPRoute. */
export function translateHttpRule(rule: HTTPRouteRule, index: number, scope: RuleScope): RuleModel {
  const matches = translateMatches(rule.matches, `spec.rules[${index}]`)
  return translateRequestRule(rule, index, matches, 'http1', scope)
}
