import { type HeaderFilterSpec, parseFieldEdits } from '#kit/field-edits.ts'
import { ok } from '#kit/outcome.ts'
import type { FilterTranslator } from '#translate'
import type { RequestHeaderModifierNode } from './ir.ts'

export const requestHeaderModifier = {
  type: 'RequestHeaderModifier',
  translate(filter: { readonly requestHeaderModifier?: HeaderFilterSpec }, scope) {
    const edits = parseFieldEdits(filter.requestHeaderModifier ?? {}, `${scope.path}.requestHeaderModifier`)
    if (!edits.ok) return edits
    const node: RequestHeaderModifierNode = { kind: 'requestHeaderModifier', ...edits.value }
    return ok({ node })
  },
} satisfies FilterTranslator
