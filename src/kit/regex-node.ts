import type { CodePointSet } from './regex-set.ts'

/**
 * A parsed regular expression. Groups and laziness change what is captured, not what matches: they are there only where
 * the parser was asked to keep them.
 */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CodePointSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly items: readonly RegexNode[] }
  /** `max` -1: without end. */
  | {
      readonly kind: 'repeat'
      readonly item: RegexNode
      readonly min: number
      readonly max: number
      readonly lazy?: true
    }
  /** Numbered from 1, by their opening parentheses. */
  | { readonly kind: 'group'; readonly item: RegexNode; readonly number: number }

export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'notWordBoundary'
