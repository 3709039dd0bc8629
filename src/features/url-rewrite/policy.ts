import { type Outcome, ok } from '#kit/outcome.ts'
import { compileReplacement, type RegexSubstitution } from '#kit/regex-replacement.ts'
import type { PolicyScope, PolicySlice } from '#translate'
import type { HostSource, UrlRewriteNode } from './ir.ts'

interface Spec {
  readonly urlRewrite: {
    readonly hostname?: {
      readonly type: 'Header' | 'Backend' | 'PathRegex'
      readonly header?: string
      readonly pathRegex?: RegexSubstitution
    }
    readonly path?: { readonly type: 'ReplaceRegexMatch'; readonly replaceRegexMatch?: RegexSubstitution }
    readonly appendXForwardedHost?: boolean
  }
}

const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
/** RFC 9112 3.2: what would end the target, or the line that it stands in. */
const breaksTarget = /[^\x21-\x7e]|#/
/** RFC 3986 3.2.2, without what stands around a host. */
const breaksHost = /[^A-Za-z0-9\-._~!$&'()*+,;=:%[\]\\]/

export const urlRewrite = {
  kind: 'HTTPRouteFilter',
  fields: ['urlRewrite', 'matches'],
  refused: {
    matches:
      'a filter does not choose its requests here: match the Cookie header in the rule (headers, type RegularExpression)',
  },
  alone: true,
  notes: {
    'urlRewrite.path.replaceRegexMatch.pattern': "RE2's syntax, at most 1,000 steps",
    'urlRewrite.hostname.type': 'Backend: of a Backend with fqdn, or an ExternalName Service',
    'urlRewrite.appendXForwardedHost': 'true: X-Forwarded-Host always says what the client asked for',
  },
  translate({ urlRewrite: { hostname, path, appendXForwardedHost } }: Spec, scope) {
    if (appendXForwardedHost === false)
      return scope.refuse(
        'urlRewrite.appendXForwardedHost',
        'X-Forwarded-Host is on every request: leave it out, or remove the field with a RequestHeaderModifier',
      )
    const from = hostname && translateHostname(hostname, scope)
    if (from && !from.ok) return from
    const by = path?.replaceRegexMatch
    const valid = by && checked(by, 'urlRewrite.path.replaceRegexMatch', breaksTarget, 'a path', scope)
    if (valid && !valid.ok) return valid
    const node: UrlRewriteNode = {
      kind: 'urlRewrite',
      ...(from && { hostFrom: from.value }),
      ...(valid && { pathBy: valid.value }),
    }
    return ok(from || valid ? { nodes: [node] } : {})
  },
} satisfies PolicySlice

function translateHostname(
  { type, header, pathRegex }: NonNullable<Spec['urlRewrite']['hostname']>,
  scope: PolicyScope,
): Outcome<HostSource> {
  switch (type) {
    case 'Backend':
      return ok({ kind: 'endpoint' })
    case 'Header': {
      const name = (header ?? '').toLowerCase()
      if (!token.test(name))
        return scope.refuse('urlRewrite.hostname.header', `${JSON.stringify(header)} is not a header name`)
      return ok({ kind: 'field', name })
    }
    case 'PathRegex': {
      const by = checked(pathRegex!, 'urlRewrite.hostname.pathRegex', breaksHost, 'a host', scope)
      return by.ok ? ok({ kind: 'path', by: by.value }) : by
    }
  }
}

function checked(
  { pattern, substitution }: RegexSubstitution,
  path: string,
  breaks: RegExp,
  what: string,
  scope: PolicyScope,
): Outcome<RegexSubstitution> {
  const replacement = compileReplacement({ pattern, substitution })
  if (!replacement.ok) return scope.refuse(path, replacement.problems[0]!.message)
  const wrong = breaks.exec(substitution)
  if (wrong) return scope.refuse(`${path}.substitution`, `${JSON.stringify(wrong[0])} is no part of ${what}`)
  return ok({ pattern, substitution })
}
