import type { FieldEdits } from '#kit/field-edits.ts'

/** What a listener does to fields whatever the route: of requests before one is looked for, of responses at the very end. */
export interface ClientHeaders {
  readonly early?: WideFieldEdits
  readonly late?: WideFieldEdits
  /** What becomes of requests with `_` in a name, which CGI-like backends take for `-`. Left out: nothing. */
  readonly underscores?: 'reject' | 'drop'
  /** X-Request-ID: left as it is where there is one, and made where there is none; made always; taken away. Left out: not looked at. */
  readonly requestId?: 'keepOrMake' | 'make' | 'remove'
  /** The backend sees Host without the dot at the end of the name. */
  readonly stripHostDot?: true
}

/** In this order: remove, removeMatching, set, add, addIfAbsent. */
export interface WideFieldEdits extends FieldEdits {
  readonly removeMatching: readonly NamePattern[]
  readonly addIfAbsent: FieldEdits['add']
}

/** Of names in lower case. */
export interface NamePattern {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'regex'
  readonly value: string
}
