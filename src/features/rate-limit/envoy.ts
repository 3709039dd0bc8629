import {
  duration,
  type EnvoyFilter,
  type EnvoyFilterContext,
  type Message,
  type TypedMessage,
  typed,
  unsupported,
} from '#envoy'
import { limitOwner, limitWords } from '#ir'
import { type DescribedAction, describeRule, describeWord } from './envoy-actions.ts'
import { type GlobalLimitRule, type LimitRule, type RateLimitNode, unitMs } from './ir.ts'

/** Limits are of a route alone, and Envoy counts local ones where their configuration stands. */
export const rateLimit: EnvoyFilter<RateLimitNode> = {
  own: true,
  build({ local, global }, context) {
    if (local.some(({ shared }) => shared))
      return unsupported(
        'Envoy counts local limits of each route for itself: leave out `shared`, or write a global limit, whose counts routes share',
      )
    // Each filter would add its own figures: those of the local limits stay away where there are others.
    const told = global.length === 0 && context.listener.client.rateLimitHeaders !== false
    const own = local.length > 0 ? [buildLocal(local, told)] : []
    if (global.length === 0) return { own }
    const service = context.rateLimits
    if (!service) return unsupported('global limits need Redis: start with --redis URL')
    return { own: [...own, buildGlobal(global, context, service)], clusters: [service.cluster] }
  },
}

const always: Message = { default_value: { numerator: 100, denominator: 'HUNDRED' } }
/** Envoy's own bound on what it counts apart at a time, per route. */
const distinctValues = 10_000
const unlimited = 4_294_967_295

function buildLocal(written: readonly LimitRule[], told: boolean): TypedMessage {
  // A rule without cost uses nothing up, so that there is always room; Envoy would refuse what takes nothing.
  const rules = written.filter(({ cost, requests }) => cost > 0 || requests === 0)
  const described = rules.map((rule, i) => ({ rule, parts: describeRule(rule, `rule-${i}`) }))
  return typed('envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit', {
    stat_prefix: 'rate_limit',
    filter_enabled: always,
    filter_enforced: always,
    // Each rule has a descriptor, also one that meets all requests: what no rule meets is not limited.
    token_bucket: { max_tokens: unlimited, tokens_per_fill: unlimited, fill_interval: '1s' },
    always_consume_default_token_bucket: false,
    max_dynamic_descriptors: distinctValues,
    // Each rule says it for itself: of requests that meet none there is nothing to tell.
    enable_x_ratelimit_headers: 'OFF',
    descriptors: described.map(({ rule, parts }) => ({
      entries: parts.map(({ entry }) => entry),
      token_bucket: bucketOf(rule),
      shadow_mode: rule.shadow,
    })),
    rate_limits: described.map(({ rule, parts }) =>
      // Of a bucket without room: see bucketOf.
      limitOf(rule, parts, rule.requests === 0 ? 2 : rule.cost, told),
    ),
  })
}

/** Envoy's buckets have room for one at least. */
function bucketOf({ requests, unit }: LimitRule): Message {
  const room = Math.max(requests, 1)
  return { max_tokens: room, tokens_per_fill: room, fill_interval: duration(unitMs[unit]) }
}

function limitOf(rule: LimitRule, parts: readonly DescribedAction[], cost: number, told: boolean): Message {
  return {
    actions: parts.map(({ action }) => action),
    ...(cost !== 1 && { hits_addend: { number: cost } }),
    x_ratelimit_option: (rule.headers ?? told) ? 'DRAFT_VERSION_03' : 'OFF',
  }
}

function buildGlobal(
  rules: readonly GlobalLimitRule[],
  context: EnvoyFilterContext,
  { name, timeoutMs, whenAway }: NonNullable<EnvoyFilterContext['rateLimits']>,
): TypedMessage {
  const told = context.listener.client.rateLimitHeaders !== false
  return typed('envoy.extensions.filters.http.ratelimit.v3.RateLimit', {
    domain: limitWords.domain,
    timeout: duration(timeoutMs),
    failure_mode_deny: whenAway === 'closed',
    status_on_error: { code: 'ServiceUnavailable' },
    enable_x_ratelimit_headers: 'OFF',
    disable_x_envoy_ratelimited_header: true,
    rate_limit_service: { transport_api_version: 'V3', grpc_service: { envoy_grpc: { cluster_name: name } } },
    rate_limits: rules.flatMap((rule) => {
      const described = describeRule(rule, limitOwner(rule.name, rule.shared ? '' : context.route))
      const parts = [
        ...described,
        ...(rule.shadow ? [describeWord(limitWords.shadow)] : []),
        ...(rule.unit === 'week' ? [describeWord(limitWords.week)] : []),
      ]
      // The service knows no rules: each question says its limit.
      const limit = { rate_limit: { requests_per_unit: rule.requests, unit: unitOf(rule) } }
      const question = { ...limitOf(rule, parts, rule.cost, told), limit }
      if (rule.responseCost === 0) return [question]
      const owed = limitOf(rule, [...parts, describeWord(limitWords.owed)], rule.responseCost, told)
      return [question, { ...owed, limit, apply_on_stream_done: true }]
    }),
  })
}

function unitOf({ unit }: GlobalLimitRule): string {
  return unit === 'week' ? 'DAY' : unit.toUpperCase()
}
