import type { Reply } from '#proxy'

/** What an authoriser decided. */
export type Verdict =
  | { readonly kind: 'allow'; readonly request: readonly FieldChange[]; readonly response: readonly FieldChange[] }
  | { readonly kind: 'deny'; readonly reply: Reply }
  /** There is none; why, in a few words for the access log. */
  | { readonly kind: 'none'; readonly why: string }

/** A change of a head's fields. `add` keeps what is there, `set` replaces it. */
export type FieldChange =
  | { readonly kind: 'remove'; readonly name: string }
  | {
      readonly kind: 'add' | 'set' | 'addIfAbsent' | 'setIfPresent'
      readonly name: string
      /** As on the wire: one character per byte. */
      readonly value: string
    }

/** Of a word that cannot be followed. 403 as Envoy does it, so that a client can't tell a confused authoriser from a strict one. */
export function refuse(why: string): Verdict {
  return { kind: 'deny', reply: refusal(403, why) }
}

export function refusal(status: number, why: string): Reply {
  return { status, fields: [], body: '', why: `externalAuth: ${why}` }
}

export function noVerdict(why: string): Verdict {
  return { kind: 'none', why }
}
