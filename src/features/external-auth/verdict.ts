import type { Reply } from '#proxy'

/** What an authoriser decided. */
export type Verdict =
  | { readonly kind: 'allow'; readonly request: readonly FieldChange[]; readonly response: readonly FieldChange[] }
  | { readonly kind: 'deny'; readonly reply: Reply }

/** A change of a head's fields. `add` keeps what is there, `set` replaces it. */
export type FieldChange =
  | { readonly kind: 'remove'; readonly name: string }
  | {
      readonly kind: 'add' | 'set' | 'addIfAbsent' | 'setIfPresent'
      readonly name: string
      /** As on the wire: one character per byte. */
      readonly value: string
    }

/** No verdict is a refusal. 403 as Envoy does it, so that a client can't tell a broken authoriser from a strict one. */
export function refuse(why: string): Verdict {
  return { kind: 'deny', reply: { status: 403, fields: [], body: '', why: `externalAuth: ${why}` } }
}
