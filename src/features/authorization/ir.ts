import type { Cidr, FilterNode } from '#ir'

/** Who may do what: the first rule that a request meets decides. */
export interface AuthorizationNode extends FilterNode {
  readonly kind: 'authorization'
  readonly rules: readonly AuthorizationRule[]
  /** What becomes of requests that no rule is about. */
  readonly otherwise: 'allow' | 'deny'
}

export interface AuthorizationRule {
  readonly name: string
  readonly action: 'allow' | 'deny'
  /** All must hold. */
  readonly conditions: readonly Condition[]
}

export type Condition =
  | { readonly kind: 'method'; readonly anyOf: readonly string[] }
  /** Of the normalised path, without its query. */
  | {
      readonly kind: 'path'
      readonly match: 'exact' | 'prefix' | 'regex'
      readonly value: string
      /** Any path but these. */
      readonly invert?: true
    }
  /** The client's address, as proxies in front report it that are trusted. */
  | { readonly kind: 'source'; readonly anyOf: readonly Cidr[] }
  /** Lower case; one of the field's lines is one of these. */
  | { readonly kind: 'header'; readonly name: string; readonly anyOf: readonly string[] }
  /** Of a token that the provider vouches for. */
  | {
      readonly kind: 'claim'
      readonly provider: string
      readonly path: readonly string[]
      readonly list: boolean
      readonly anyOf: readonly string[]
    }
  | { readonly kind: 'scope'; readonly provider: string; readonly scope: string }
