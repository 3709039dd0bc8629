import type { EnvoyFilter } from '#envoy'
import type { ResponseHeaderModifierNode } from './ir.ts'

export const responseHeaderModifier: EnvoyFilter<ResponseHeaderModifierNode> = {
  build: (node) => ({ responseFields: node }),
}
