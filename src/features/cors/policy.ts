import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'
import { translateLists, type WrittenLists } from './allow-lists.ts'
import type { CorsNode } from './ir.ts'

interface Spec {
  readonly cors: WrittenLists & { readonly allowCredentials?: boolean; readonly maxAge?: string }
}

/** What browsers take where nothing is said (Fetch 4.9). */
const usualMaxAgeMs = 5_000

export const cors = {
  kind: 'SecurityPolicy',
  fields: ['cors'],
  notes: {
    cors: "a rule's own filter `CORS` takes its place",
    'cors.maxAge': 'whole seconds; 5s, when it is left out',
  },
  ruleWins: true,
  translate({ cors: spec }: Spec, scope) {
    const { lists, wrong } = translateLists(spec)
    if (wrong[0]) return scope.refuse(`cors.${wrong[0].place}`, wrong[0].message)
    const maxAge = scope.duration(spec.maxAge, 'cors.maxAge')
    if (!maxAge.ok) return maxAge
    const node: CorsNode = {
      kind: 'cors',
      ...lists,
      credentials: spec.allowCredentials ?? false,
      maxAgeSeconds: Math.floor((maxAge.value ?? usualMaxAgeMs) / 1_000),
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice
