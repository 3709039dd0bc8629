import type { FieldEdits } from '#kit/field-edits.ts'

/** Changes fields of the response: what is named under `remove` goes, then `set`, then `add`. */
export interface ResponseHeaderModifierNode extends FieldEdits {
  readonly kind: 'responseHeaderModifier'
}
