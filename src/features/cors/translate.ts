import { ok } from '#kit/outcome.ts'
import type { FilterTranslator } from '#translate'
import { translateLists, type WrittenLists } from './allow-lists.ts'
import type { CorsNode } from './ir.ts'

interface CorsFilter {
  readonly cors?: WrittenLists & { readonly allowCredentials?: boolean; readonly maxAge?: number }
}

export const cors = {
  type: 'CORS',
  translate({ cors: spec = {} }: CorsFilter, scope) {
    const { lists, wrong } = translateLists(spec)
    const node: CorsNode = {
      kind: 'cors',
      ...lists,
      credentials: spec.allowCredentials ?? false,
      maxAgeSeconds: spec.maxAge ?? 5,
    }
    if (wrong.length === 0) return ok({ node })
    const problems = wrong.map(({ place, message }) => ({
      reason: 'UnsupportedValue',
      message,
      path: `${scope.path}.cors.${place}`,
    }))
    return { ok: false, problems }
  },
} satisfies FilterTranslator
