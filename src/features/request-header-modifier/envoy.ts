import type { EnvoyFilter } from '#envoy'
import type { RequestHeaderModifierNode } from './ir.ts'

export const requestHeaderModifier: EnvoyFilter<RequestHeaderModifierNode> = {
  build: (node) => ({ requestFields: node }),
}
