import { ok, problem } from '#kit/outcome.ts'
import { type PathModifierSpec, parsePathReplacement } from '#kit/path-replacement.ts'
import type { FilterTranslator } from '#translate'
import type { UrlRewriteNode } from './ir.ts'

interface UrlRewriteFilter {
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifierSpec }
}

export const urlRewrite = {
  type: 'URLRewrite',
  translate({ urlRewrite: spec = {} }: UrlRewriteFilter, scope) {
    // CRDs of today refuse the two together; those of before 1.0 did not.
    if (scope.siblings.some(({ type }) => type === 'RequestRedirect')) {
      const message = 'URLRewrite and RequestRedirect are both here: a request is either sent on or redirected'
      return problem('IncompatibleFilters', message, scope.path)
    }
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
