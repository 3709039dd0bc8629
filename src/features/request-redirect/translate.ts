import { ok, problem } from '#kit/outcome.ts'
import { type PathModifierSpec, parsePathReplacement } from '#kit/path-replacement.ts'
import type { FilterTranslator } from '#translate'
import type { RequestRedirectNode } from './ir.ts'

interface RequestRedirectFilter {
  readonly requestRedirect?: {
    readonly scheme?: string
    readonly hostname?: string
    readonly port?: number
    readonly path?: PathModifierSpec
    readonly statusCode?: number
  }
}

const statuses: readonly number[] = [301, 302, 303, 307, 308] satisfies RequestRedirectNode['status'][]

export const requestRedirect = {
  type: 'RequestRedirect',
  translate({ requestRedirect: spec = {} }: RequestRedirectFilter, scope) {
    const at = `${scope.path}.requestRedirect`
    const { scheme, hostname, port, statusCode = 302 } = spec
    // Gateway API: values may be added to these enums; an unknown one makes Accepted False, it never crashes.
    if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
      return problem('UnsupportedValue', `a redirect goes to http or https, not to "${scheme}"`, `${at}.scheme`)
    }
    if (!statuses.includes(statusCode)) {
      return problem('UnsupportedValue', `${statusCode} is none of ${statuses.join(', ')}`, `${at}.statusCode`)
    }
    const path = spec.path && parsePathReplacement(spec.path, scope.matches, `${at}.path`)
    if (path && !path.ok) return path
    const node: RequestRedirectNode = {
      kind: 'requestRedirect',
      ...(scheme && { scheme }),
      ...(hostname && { hostname: hostname.toLowerCase() }),
      ...(port && { port }),
      ...(path && { path: path.value }),
      status: statusCode as RequestRedirectNode['status'],
    }
    return ok({ node })
  },
} satisfies FilterTranslator
