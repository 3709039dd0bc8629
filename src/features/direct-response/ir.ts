import type { FieldEdits } from '#kit/field-edits.ts'

/** Answers the request without a backend. */
export interface DirectResponseNode {
  readonly kind: 'directResponse'
  readonly status: number
  /** Left out: there is no body, and no type. */
  readonly contentType?: string
  readonly body: readonly BodyPart[]
  readonly edits: FieldEdits
}

/** Text, or what the request says: the first of the fields that it has, else `-`; `:method`, `:path` and `:authority` are fields. */
export type BodyPart = string | { readonly fields: readonly string[]; readonly maxLength?: number }
