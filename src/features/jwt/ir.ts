import type { BackendKey, FilterNode } from '#ir'

/** Who asks needs a token that one of the providers vouches for. */
export interface JwtNode extends FilterNode {
  readonly kind: 'jwt'
  readonly providers: readonly JwtProvider[]
  /** What passes without a verified token: nothing, requests without any token, or everything. */
  readonly lets: 'verified' | 'missing' | 'all'
}

export interface JwtProvider {
  readonly name: string
  /** '': not checked. */
  readonly issuer: string
  /** One of them; empty: not checked. */
  readonly audiences: readonly string[]
  readonly keys: LocalKeys | RemoteKeys
  readonly claimToHeaders: readonly ClaimToHeader[]
  readonly from: TokenPlaces
}

export interface LocalKeys {
  readonly kind: 'local'
  /** JSON Web Key Set (RFC 7517 5). */
  readonly text: string
}

export interface RemoteKeys {
  readonly kind: 'remote'
  readonly backend: BackendKey
  readonly uri: string
  readonly cacheMs: number
  /** How long nobody asks again after a failure. */
  readonly failedMs: number
  /** How long fetching may take; default `usualFetchMs`. */
  readonly fetchMs?: number
}

export interface ClaimToHeader {
  /** Lower case. */
  readonly header: string
  /** Names of members, one inside the other. */
  readonly claim: readonly string[]
}

export interface TokenPlaces {
  /** Names are lower case; the token begins behind the prefix. */
  readonly headers: readonly { readonly name: string; readonly prefix: string }[]
  readonly params: readonly string[]
  readonly cookies: readonly string[]
}

/** Clocks differ by so much (Envoy's default). */
export const clockSkewSeconds = 60
export const usualFetchMs = 5_000
