import type { GRPCRouteRule } from '#api'
import { ok } from '#kit/outcome.ts'
import { translateGrpcMatches } from './grpc-match.ts'
import { translateRequestRule } from './request-rule.ts'
import type { RuleModel, RuleScope } from './rule.ts'

/** One rule of a GRPCRoute. gRPC is HTTP/2: its backends are reached that way unless they say otherwise. */
export function translateGrpcRule(rule: GRPCRouteRule, index: number, scope: RuleScope): RuleModel {
  const matches = translateGrpcMatches(rule.matches, `spec.rules[${index}]`)
  const model = translateRequestRule(rule, index, matches, 'h2c', scope)
  return model.rule.ok ? { ...model, rule: ok({ ...model.rule.value, grpc: true }) } : model
}
