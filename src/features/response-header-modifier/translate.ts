import { type HeaderFilterSpec, parseFieldEdits } from '#kit/field-edits.ts'
import { ok } from '#kit/outcome.ts'
import type { FilterTranslator } from '#translate'
import type { ResponseHeaderModifierNode } from './ir.ts'

export const responseHeaderModifier = {
  type: 'ResponseHeaderModifier',
  translate(filter: { readonly responseHeaderModifier?: HeaderFilterSpec }, scope) {
    const edits = parseFieldEdits(filter.responseHeaderModifier ?? {}, `${scope.path}.responseHeaderModifier`)
    if (!edits.ok) return edits
    const node: ResponseHeaderModifierNode = { kind: 'responseHeaderModifier', ...edits.value }
    return ok({ node })
  },
} satisfies FilterTranslator
