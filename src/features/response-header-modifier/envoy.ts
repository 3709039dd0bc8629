import { type EnvoyFilter, responseEdits } from '#envoy'
import type { ResponseHeaderModifierNode } from './ir.ts'

/** Not the router's own edits: what other filters refuse would not meet them. */
export const responseHeaderModifier: EnvoyFilter<ResponseHeaderModifierNode> = {
  shared: responseEdits,
  build: (node) => ({ everyResponse: node }),
}
