import type { BackendKey, FilterNode, PathMatch } from '#ir'
import type { Outcome } from '#kit/outcome.ts'

/** What the trunk offers to a feature while it translates one filter of one rule. */
export interface FilterScope {
  /** Field path of the filter, for problems: `spec.rules[0].filters[1]`. */
  readonly path: string
  /** The rule's matches: a rewrite of a prefix asks whether all of them are prefixes. */
  readonly matches: readonly { readonly path: PathMatch }[]
  /** Filters of the rule as written, to refuse combinations. */
  readonly siblings: readonly { readonly type: string }[]
  /**
   * Resolves a backend that the filter names (mirror, external authorisation), grants and all.
   * @param wish protocol that the feature needs, where the Service does not say otherwise
   * A failure carries the reason for ResolvedRefs (RefNotPermitted, InvalidKind, BackendNotFound, UnsupportedProtocol).
   */
  backend(ref: BackendObjectRef, path: string, wish?: 'http1' | 'h2c'): Outcome<BackendKey>
}

export interface BackendObjectRef {
  readonly group?: string
  readonly kind?: string
  readonly namespace?: string
  readonly name: string
  readonly port?: number
}

/**
 * One filter of a rule or backendRef -> its node.
 * Problems with reason UnsupportedValue or IncompatibleFilters make the rule invalid; those of `scope.backend` become ResolvedRefs=False.
 */
export interface FilterTranslator {
  /** The `type` of HTTPRouteFilter it owns: `RequestHeaderModifier`. */
  readonly type: string
  /** @param filter the whole filter object, defaults filled in: `{ type, requestHeaderModifier: { … } }` */
  translate(filter: never, scope: FilterScope): Outcome<FilterTranslation>
}

export interface FilterTranslation {
  readonly node: FilterNode
  /** ResolvedRefs problems that leave the filter working (a mirror to nowhere mirrors nothing). */
  readonly unresolved?: readonly import('#kit/outcome.ts').Problem[]
}
