import type { GRPCHeaderMatch, HTTPHeaderMatch, HTTPPathMatch, HTTPQueryParamMatch, HTTPRouteMatch } from '#api'
import type { FieldMatch, HttpMatch, PathMatch } from '#ir'
import { type Outcome, ok, type Problem, problem } from '#kit/outcome.ts'
import { compileRegex } from '#kit/regex.ts'

const everything: HTTPRouteMatch = { path: { type: 'PathPrefix', value: '/' } }

/** @param path field path of the rule */
export function translateMatches(
  matches: readonly HTTPRouteMatch[] | undefined,
  path: string,
): Outcome<readonly HttpMatch[]> {
  return collectMatches(matches ?? [], everything, path, translateMatch)
}

/** All matches of a rule, or all that is wrong with them. @param everything what a rule without matches means */
export function collectMatches<M>(
  matches: readonly M[],
  everything: M,
  path: string,
  translateMatch: (match: M, at: string) => Outcome<HttpMatch>,
): Outcome<readonly HttpMatch[]> {
  const translated: HttpMatch[] = []
  const problems: Problem[] = []
  const written = matches.length > 0 ? matches : [everything]
  for (const [i, match] of written.entries()) {
    const outcome = translateMatch(match, `${path}.matches[${i}]`)
    if (outcome.ok) translated.push(outcome.value)
    else problems.push(...outcome.problems)
  }
  return problems.length > 0 ? { ok: false, problems } : ok(translated)
}

function translateMatch(match: HTTPRouteMatch, at: string): Outcome<HttpMatch> {
  const path = translatePath(match.path ?? everything.path, `${at}.path`)
  const headers = translateFields(match.headers ?? [], `${at}.headers`, (name) => name.toLowerCase())
  const query = translateFields(match.queryParams ?? [], `${at}.queryParams`, (name) => name)
  if (path.ok && headers.ok && query.ok) {
    const { method } = match
    return ok({ path: path.value, ...(method && { method }), headers: headers.value, query: query.value })
  }
  return { ok: false, problems: [path, headers, query].flatMap((part) => (part.ok ? [] : part.problems)) }
}

function translatePath({ type, value }: HTTPPathMatch, at: string): Outcome<PathMatch> {
  switch (type) {
    case 'Exact':
      return ok({ kind: 'exact', value })
    case 'PathPrefix':
      // Matching is by path element and a trailing slash says nothing (httproute_types.go, PathMatchPathPrefix).
      return ok({ kind: 'prefix', value: value.length > 1 && value.endsWith('/') ? value.slice(0, -1) : value })
    case 'RegularExpression':
      return checkRegex({ kind: 'regex', value }, `${at}.value`)
    default:
      return problem('UnsupportedValue', `a path cannot be matched by ${type}`, `${at}.type`)
  }
}

/** Of entries with equal names only the first counts (httproute_types.go, HTTPHeaderMatch and HTTPQueryParamMatch). */
export function translateFields(
  fields: readonly (HTTPHeaderMatch | HTTPQueryParamMatch | GRPCHeaderMatch)[],
  at: string,
  nameOf: (name: string) => string,
): Outcome<readonly FieldMatch[]> {
  const translated = new Map<string, FieldMatch>()
  for (const [i, { type, name: written, value }] of fields.entries()) {
    const name = nameOf(written)
    if (translated.has(name)) continue
    if (type !== 'Exact' && type !== 'RegularExpression')
      return problem('UnsupportedValue', `${written} cannot be matched by ${type}`, `${at}[${i}].type`)
    const field = { name, kind: type === 'Exact' ? ('exact' as const) : ('regex' as const), value }
    const checked = field.kind === 'regex' ? checkRegex(field, `${at}[${i}].value`) : ok(field)
    if (!checked.ok) return checked
    translated.set(name, field)
  }
  return ok([...translated.values()])
}

// The planes compile it again: a pattern that they could not compile must be the user's problem here, not theirs.
function checkRegex<T extends { readonly value: string }>(matcher: T, at: string): Outcome<T> {
  const compiled = compileRegex(matcher.value)
  return compiled.ok ? ok(matcher) : problem('UnsupportedValue', compiled.problems[0]!.message, at)
}
