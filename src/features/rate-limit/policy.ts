import { type Outcome, ok } from '#kit/outcome.ts'
import type { PolicyScope, PolicySlice } from '#translate'
import type { GlobalLimitRule, LimitRule, LimitUnit, RateLimitNode } from './ir.ts'
import { type SelectCondition, translateSelectors } from './selectors.ts'

interface Spec {
  readonly rateLimit: {
    readonly type?: 'Local' | 'Global'
    readonly local?: { readonly rules?: readonly Rule[] }
    readonly global?: { readonly rules?: readonly Rule[] }
  }
}

interface Rule {
  readonly clientSelectors?: readonly SelectCondition[]
  readonly limit: { readonly requests: number; readonly unit: Capitalize<LimitUnit> }
  readonly cost?: { readonly request?: Cost; readonly response?: Cost }
  readonly shared?: boolean
  readonly shadowMode?: boolean
  readonly xRateLimitHeaders?: 'Off' | 'DraftVersion03'
}

interface Cost {
  readonly from: 'Number' | 'Metadata'
  readonly number?: number
}

const noMetadata = 'there is no dynamic metadata here: write a number'
const noMetadataLimit = 'there is no dynamic metadata here: write requests and unit, and a rule for each kind of client'
/** Envoy's bound. */
const mostCost = 1_000_000_000

export const rateLimit = {
  kind: 'BackendTrafficPolicy',
  fields: ['rateLimit'],
  refused: {
    'rateLimit.global.rules[].limit.fromMetadata': noMetadataLimit,
    'rateLimit.local.rules[].limit.fromMetadata': noMetadataLimit,
    'rateLimit.global.rules[].cost.request.metadata': noMetadata,
    'rateLimit.global.rules[].cost.response.metadata': noMetadata,
    'rateLimit.local.rules[].cost.request.metadata': noMetadata,
    'rateLimit.local.rules[].cost.response': 'costs of responses are for global limits',
  },
  notes: {
    'rateLimit.type': 'deprecated: the other of `local` and `global` does not count then',
    'rateLimit.global': 'needs Redis: `--redis URL`',
    'rateLimit.local.rules[].cost.request.number': 'obeyed, where Envoy Gateway passes it over; at most 1000000000',
    'rateLimit.global.rules[].cost.request.number':
      'at most 1000000000; what does not fit in is refused and takes nothing',
    'rateLimit.global.rules[].cost.response.number': 'at most 1000000000',
    'rateLimit.local.rules[].shared': 'not on Envoy, which counts per route',
    'rateLimit.local.rules[].shadowMode': 'obeyed, too',
    'rateLimit.local.rules[].clientSelectors': 'several rules without selectors are possible',
  },
  translate({ rateLimit: { type, local, global } }: Spec, scope) {
    if (type && !(type === 'Local' ? local : global))
      return scope.refuse(
        'rateLimit.type',
        `is ${type}, so rateLimit.${type.toLowerCase()} is needed; type itself is not`,
      )
    const locals = translateRules('local', type === 'Global' ? [] : (local?.rules ?? []), scope)
    if (!locals.ok) return locals
    const globals = translateRules('global', type === 'Local' ? [] : (global?.rules ?? []), scope)
    if (!globals.ok) return globals
    if (locals.value.length + globals.value.length === 0) return ok({})
    const node: RateLimitNode = {
      kind: 'rateLimit',
      local: locals.value.map(({ responseCost: _, ...rule }): LimitRule => rule),
      global: globals.value,
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice

function translateRules(
  place: 'local' | 'global',
  rules: readonly Rule[],
  scope: PolicyScope,
): Outcome<readonly GlobalLimitRule[]> {
  const translated: GlobalLimitRule[] = []
  for (const [i, rule] of rules.entries()) {
    const at = `rateLimit.${place}.rules[${i}]`
    const selected = translateSelectors(rule.clientSelectors ?? [], scope, `${at}.clientSelectors`)
    if (!selected.ok) return selected
    const cost = translateCost(rule.cost?.request, 1, scope, `${at}.cost.request`)
    if (!cost.ok) return cost
    const responseCost = translateCost(rule.cost?.response, 0, scope, `${at}.cost.response`)
    if (!responseCost.ok) return responseCost
    const { namespace, name } = scope.origin
    translated.push({
      name: `${namespace}/${name}/rule-${i}`,
      shared: rule.shared ?? false,
      ...selected.value,
      requests: rule.limit.requests,
      unit: rule.limit.unit.toLowerCase() as LimitUnit,
      cost: cost.value,
      responseCost: responseCost.value,
      shadow: rule.shadowMode ?? false,
      ...(rule.xRateLimitHeaders && { headers: rule.xRateLimitHeaders !== 'Off' }),
    })
  }
  return ok(translated)
}

function translateCost(cost: Cost | undefined, usual: number, scope: PolicyScope, at: string): Outcome<number> {
  if (cost === undefined) return ok(usual)
  if (cost.from === 'Metadata') return scope.refuse(`${at}.from`, noMetadata)
  const number = cost.number ?? usual
  return number <= mostCost ? ok(number) : scope.refuse(`${at}.number`, `${number} is more than ${mostCost}`)
}
