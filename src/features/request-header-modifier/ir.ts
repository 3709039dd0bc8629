import type { FieldEdits } from '#kit/field-edits.ts'

/** Changes fields of the request: what is named under `remove` goes, then `set`, then `add`. */
export interface RequestHeaderModifierNode extends FieldEdits {
  readonly kind: 'requestHeaderModifier'
}
