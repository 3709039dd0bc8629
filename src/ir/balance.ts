/** How an endpoint is chosen for a request, or a connection where streams are carried. Left out: round robin. */
export interface Balance {
  readonly by:
    | { readonly kind: 'roundRobin' }
    /** Of two drawn by lot the one with fewer requests in flight. */
    | { readonly kind: 'leastRequest' }
    | { readonly kind: 'random' }
    | ConsistentHash
  /** A new endpoint's share grows from a tenth to the whole in this time. Round robin and least request only. */
  readonly slowStartMs?: number
  readonly zone?: ZonePreference
  /** Request fields, the first present one counts, that name the endpoint (`10.0.0.1:8080`); unknown or unhealthy ones are passed over. */
  readonly overrideFields?: readonly string[]
}

/** The same key goes to the same endpoint; an endpoint that comes or goes moves only its share of the keys (Maglev). */
export interface ConsistentHash {
  readonly kind: 'consistentHash'
  /** Their values together are the key; where all are missing the choice is random. */
  readonly key: readonly HashKey[]
  /** A prime. */
  readonly tableSize: number
}

export type HashKey =
  | { readonly kind: 'sourceIp' }
  /** Lower case. */
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string }
  /** With `ttlMs` the cookie is handed out where a client has none; 0: a session cookie. */
  | {
      readonly kind: 'cookie'
      readonly name: string
      readonly ttlMs?: number
      readonly attributes: readonly (readonly [name: string, value: string])[]
    }

export type ZonePreference =
  /** Envoy's zone aware routing: as much as the own zone's share of proxies and endpoints allows. */
  | {
      readonly kind: 'preferLocal'
      /** Fewer endpoints in all: zones do not count. */
      readonly minEndpoints: number
      /** Share of requests for which zones count, in percent. */
      readonly percent: number
      /** Present: the own zone alone, as long as it has so many healthy endpoints. */
      readonly forceWithEndpoints?: number
    }
  /** Weights by zone; zones that are not named weigh 1. */
  | { readonly kind: 'weighted'; readonly weights: readonly { readonly zone: string; readonly weight: number }[] }
