import type { Cidr, FilterNode } from '#ir'

/** How much is let through. A request counts in every rule that it meets, and one rule that is used up refuses it. */
export interface RateLimitNode extends FilterNode {
  readonly kind: 'rateLimit'
  /** Counted by each data plane for itself. */
  readonly local: readonly LimitRule[]
  /** Counted in one place for all data planes. */
  readonly global: readonly GlobalLimitRule[]
}

export interface LimitRule {
  /** `namespace/policy/rule-0`. */
  readonly name: string
  /** One count for all routes that meet the policy; else each rule of a route has its own on each listener. */
  readonly shared: boolean
  /** All must hold. */
  readonly conditions: readonly Condition[]
  /** Each combination of their values is counted apart; a request that lacks one of them does not meet the rule. */
  readonly keys: readonly CountKey[]
  readonly requests: number
  readonly unit: LimitUnit
  /** What a request takes; 0: it is only asked whether something is left. */
  readonly cost: number
  /** It is counted, and nobody is refused. */
  readonly shadow: boolean
  /** Whether answers have x-ratelimit-*; left out: as the listener has it. */
  readonly headers?: boolean
}

export interface GlobalLimitRule extends LimitRule {
  /** What the answer takes when it is over, whether so much is left or not; 0: nothing. */
  readonly responseCost: number
}

export type Condition =
  /** Several fields of the name are one value, with commas between them. Lower case. */
  | { readonly kind: 'header'; readonly name: string; readonly value: TextMatch; readonly invert: boolean }
  /** Decoded; the first of several. */
  | { readonly kind: 'query'; readonly name: string; readonly value: TextMatch; readonly invert: boolean }
  /** Without the query. A prefix goes by path elements. */
  | { readonly kind: 'path'; readonly value: PathText; readonly invert: boolean }
  | { readonly kind: 'method'; readonly anyOf: readonly string[]; readonly invert: boolean }
  /** The client's address, as proxies in front report it that are trusted. */
  | { readonly kind: 'source'; readonly cidr: Cidr; readonly invert: boolean }

export interface TextMatch {
  readonly kind: 'exact' | 'regex'
  readonly value: string
}

export interface PathText {
  readonly kind: 'exact' | 'prefix' | 'regex'
  readonly value: string
}

export type CountKey =
  /** The first of several. Lower case. */
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string }
  | { readonly kind: 'source' }

export type LimitUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

const second = 1_000
const day = 86_400 * second

/** Months and years are 30 and 365 days, whatever the calendar says. */
export const unitMs: Readonly<Record<LimitUnit, number>> = {
  second,
  minute: 60 * second,
  hour: 3_600 * second,
  day,
  week: 7 * day,
  month: 30 * day,
  year: 365 * day,
}
