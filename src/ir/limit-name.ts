/**
 * What a count of a global rate limit is called, so that the embedded plane and Envoy count together. Envoy's questions to the service have
 * these entries: the rule, what its selectors found, and the values that are counted apart.
 */
export const limitWords = {
  domain: 'headgate',
  rule: 'rule',
  /** Of conditions: they hold, and are no part of the name. */
  conditionPrefix: 'if-',
  keyPrefix: 'by-',
  /** Envoy's own word for an address. */
  address: 'remote_address',
  /** Nobody is refused. */
  shadow: 'shadow',
  /** The limit is for a week, which Envoy's questions have no unit for: they say a day. */
  week: 'week',
  /** What the answer cost: it is taken whether so much is left or not. */
  owed: 'owed',
} as const

/** @param route '' where all routes of the policy count together */
export function limitOwner(rule: string, route: string): string {
  return route === '' ? rule : `${rule} ${route}`
}

export function limitName(owner: string): string {
  return `limit ${owner}`
}

/** Lengths keep apart what would read the same: "a b" and "c", "a" and "b c". */
export function withLimitValue(name: string, value: string): string {
  return `${name} ${value.length}:${value}`
}
