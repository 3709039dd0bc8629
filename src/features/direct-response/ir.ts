import type { BodyPart } from '#kit/body-format.ts'
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
