import { ok } from '#kit/outcome.ts'
import { type PathModifierSpec, parsePathReplacement } from '#kit/path-replacement.ts'
import type { FilterTranslator } from '#translate'
import type { UrlRewriteNode } from './ir.ts'

interface UrlRewriteFilter {
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifierSpec }
}

export const urlRewrite = {
  type: 'URLRewrite',
  translate({ urlRewrite: spec = {} }: UrlRewriteFilter, scope) {
    const path = spec.path && parsePathReplacement(spec.path, scope.matches, `${scope.path}.urlRewrite.path`)
    if (path && !path.ok) return path
    const node: UrlRewriteNode = {
      kind: 'urlRewrite',
      ...(spec.hostname && { hostname: spec.hostname.toLowerCase() }),
      ...(path && { path: path.value }),
    }
    return ok({ node })
  },
} satisfies FilterTranslator
