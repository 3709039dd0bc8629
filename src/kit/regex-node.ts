import type { CodePointSet } from './regex-set.ts'

/** A parsed regular expression. Groups, laziness and names are gone: they change what is captured, not what matches. */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CodePointSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly items: readonly RegexNode[] }
  /** `max` -1: without end. */
  | { readonly kind: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number }

export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'notWordBoundary'
