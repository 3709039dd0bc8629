import { type HeaderFilterSpec, parseFieldEdits } from '#kit/field-edits.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import { type PathModifierSpec, parsePathReplacement } from '#kit/path-replacement.ts'
import { compileRegex } from '#kit/regex.ts'
import { isMediaType, type PolicyScope, type PolicySlice, translateBody, type WrittenBody } from '#translate'
import type { FieldTest, OverrideAnswer, OverrideLocation, OverrideRule, ResponseOverrideNode } from './ir.ts'

interface Spec {
  readonly responseOverride: readonly Rule[]
}

interface Rule {
  readonly match: { readonly statusCodes?: readonly StatusCode[]; readonly responseHeaders?: readonly HeaderMatch[] }
  readonly source?: 'All' | 'Local' | 'Backend'
  readonly response?: Response
  readonly redirect?: Redirect
}

interface StatusCode {
  readonly type?: 'Value' | 'Range'
  readonly value?: number
  readonly range?: { readonly start: number; readonly end: number }
}

interface HeaderMatch {
  readonly name: string
  readonly value: { readonly type?: 'Exact' | 'Prefix' | 'Suffix' | 'RegularExpression'; readonly value: string }
}

interface Response {
  readonly statusCode?: number
  readonly contentType?: string
  readonly body?: WrittenBody
  readonly header?: HeaderFilterSpec
}

interface Redirect {
  readonly scheme?: 'http' | 'https'
  readonly hostname?: string
  readonly port?: number
  readonly path?: PathModifierSpec
  readonly statusCode?: 301 | 302
}

export const responseOverride = {
  kind: 'BackendTrafficPolicy',
  fields: ['responseOverride'],
  refused: {
    'responseOverride[].response.header.remove':
      'has nothing to remove: of the answer before it no field is left; remove it',
    'responseOverride[].redirect.path.replacePrefixMatch': 'is not supported here: write replaceFullPath',
  },
  notes: {
    'responseOverride[].response.body.inline': "of Envoy's operators `%REQ(name?other):length%` and `%%`",
    'responseOverride[].response.statusCode': '200 to 599',
    'responseOverride[].redirect.scheme': 'the client is sent there; beside port needs hostname',
  },
  translate({ responseOverride: written }: Spec, scope) {
    const rules: OverrideRule[] = []
    for (const [i, rule] of written.entries()) {
      const translated = translateRule(rule, scope, `responseOverride[${i}]`)
      if (!translated.ok) return translated
      rules.push(translated.value)
    }
    const node: ResponseOverrideNode = { kind: 'responseOverride', rules }
    return ok(rules.length > 0 ? { nodes: [node] } : {})
  },
} satisfies PolicySlice

const sources = { All: undefined, Local: 'gateway', Backend: 'backend' } as const

function translateRule(rule: Rule, scope: PolicyScope, at: string): Outcome<OverrideRule> {
  const statuses: [number, number][] = []
  for (const [i, { value, range }] of (rule.match.statusCodes ?? []).entries()) {
    const [from, to] = range ? [range.start, range.end] : [value ?? 0, value ?? 0]
    if (from > to || from < 100 || to > 599)
      return scope.refuse(`${at}.match.statusCodes[${i}]`, `${from} to ${to} are no statuses of responses: 100 to 599`)
    statuses.push([from, to])
  }
  const fields: FieldTest[] = []
  for (const [i, { name, value }] of (rule.match.responseHeaders ?? []).entries()) {
    const kind = kinds[value.type ?? 'Exact']
    if (kind === 'regex') {
      const compiled = compileRegex(value.value)
      if (!compiled.ok)
        return scope.refuse(`${at}.match.responseHeaders[${i}].value`, compiled.problems[0]?.message ?? '')
    }
    fields.push({ name: name.toLowerCase(), kind, value: value.value })
  }
  if (statuses.length + fields.length === 0)
    return scope.refuse(`${at}.match`, 'must name statusCodes or responseHeaders')
  const answer = rule.redirect
    ? translateRedirect(rule.redirect, scope, `${at}.redirect`)
    : translateResponse(rule.response ?? {}, scope, `${at}.response`)
  if (!answer.ok) return answer
  const of = sources[rule.source ?? 'All']
  return ok({ statuses, fields, ...(of && { of }), answer: answer.value })
}

const kinds = { Exact: 'exact', Prefix: 'prefix', Suffix: 'suffix', RegularExpression: 'regex' } as const

function translateResponse(
  { statusCode, contentType, body, header }: Response,
  scope: PolicyScope,
  at: string,
): Outcome<OverrideAnswer> {
  if (statusCode !== undefined && (statusCode < 200 || statusCode > 599))
    return scope.refuse(`${at}.statusCode`, `${statusCode} is no status of a response: 200 to 599`)
  if (contentType !== undefined && !isMediaType(contentType))
    return scope.refuse(`${at}.contentType`, `${JSON.stringify(contentType)} is no media type`)
  const parts = translateBody(body, scope, `${at}.body`)
  if (!parts.ok) return parts
  const edits = parseFieldEdits(header ?? {}, `spec.${at}.header`)
  if (!edits.ok) return edits
  const { set, add } = edits.value
  const type = contentType ?? (parts.value.length > 0 ? 'text/plain' : undefined)
  return ok({
    ...(statusCode !== undefined && { status: statusCode }),
    ...(type !== undefined && { contentType: type }),
    body: parts.value,
    set,
    add,
  })
}

const wellKnownPort: Readonly<Record<string, number>> = { http: 80, https: 443 }

function translateRedirect(
  { scheme, hostname, port, path, statusCode = 302 }: Redirect,
  scope: PolicyScope,
  at: string,
): Outcome<OverrideAnswer> {
  // The port of the client's Host is its way here, and belongs to the scheme that it spoke.
  if (hostname === undefined && (port !== undefined || scheme !== undefined))
    return scope.refuse(`${at}.hostname`, 'must be given beside scheme or port')
  const replaced = path && parsePathReplacement(path, [], `spec.${at}.path`)
  if (replaced && !replaced.ok) return replaced
  const shown = port === undefined || (scheme && wellKnownPort[scheme] === port) ? '' : `:${port}`
  const location: OverrideLocation = {
    ...(scheme && { scheme }),
    ...(hostname !== undefined && { authority: `${hostname.toLowerCase()}${shown}` }),
    ...(replaced && { path: replaced.value.value }),
  }
  return ok({ status: statusCode, body: [], set: [], add: [], location })
}
