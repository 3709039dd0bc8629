import { type Admission, type Cidr, parseCidr } from '#ir'
import { type Outcome, ok } from '#kit/outcome.ts'
import { compileRegex } from '#kit/regex.ts'
import type { PolicyScope, PolicySlice } from '#translate'
import type { AuthorizationNode, AuthorizationRule, Condition } from './ir.ts'
import { anySpelling, unclearPath } from './path-spellings.ts'

interface Spec {
  readonly jwt?: { readonly providers: readonly { readonly name: string }[] }
  readonly authorization: { readonly defaultAction?: 'Allow' | 'Deny'; readonly rules?: readonly Rule[] }
}

interface Rule {
  readonly name?: string
  readonly action: 'Allow' | 'Deny'
  readonly operation?: {
    readonly methods?: readonly string[]
    readonly path?: {
      readonly type?: 'Exact' | 'PathPrefix' | 'RegularExpression'
      readonly value?: string
      readonly invert?: boolean
    }
  }
  readonly principal?: {
    readonly clientCIDRs?: readonly string[]
    readonly headers?: readonly { readonly name: string; readonly values: readonly string[] }[]
    readonly jwt?: {
      readonly provider: string
      readonly claims?: readonly {
        readonly name: string
        readonly valueType?: 'String' | 'StringArray'
        readonly values: readonly string[]
      }[]
      readonly scopes?: readonly string[]
    }
  }
}

export const authorization = {
  kind: 'SecurityPolicy',
  fields: ['authorization'],
  refused: {
    'authorization.rules[].cel': 'expressions are not evaluated here: write principal and operation',
    'authorization.rules[].principal.clientIPGeoLocations':
      'there is no data about places of addresses here: write clientCIDRs',
  },
  notes: { 'authorization.defaultAction': 'Deny, when it is left out' },
  translate({ authorization: { defaultAction, rules = [] }, jwt }: Spec, scope) {
    const providers = new Set(jwt?.providers.map(({ name }) => name))
    const translated: AuthorizationRule[] = []
    for (const [i, rule] of rules.entries()) {
      const conditions = translateRule(rule, providers, scope, `authorization.rules[${i}]`)
      if (!conditions.ok) return conditions
      const name = rule.name ?? `${scope.origin.namespace}/${scope.origin.name}/rule-${i}`
      translated.push({ name, action: rule.action === 'Allow' ? 'allow' : 'deny', conditions: conditions.value })
    }
    if (rules.some(({ operation }) => operation?.path))
      translated.unshift({
        name: 'unclear path',
        action: 'deny',
        conditions: [{ kind: 'path', match: 'regex', value: unclearPath }],
      })
    const node: AuthorizationNode = {
      kind: 'authorization',
      rules: translated,
      otherwise: defaultAction === 'Allow' ? 'allow' : 'deny',
    }
    const admit = scope.carries === 'stream' ? admissionOf(node) : undefined
    return ok(admit ? { admit } : { nodes: [node] })
  },
} satisfies PolicySlice

/** What can be said of connections. @returns undefined: something in the rules is about requests */
function admissionOf({ rules, otherwise }: AuthorizationNode): Admission | undefined {
  const admitted: Admission['rules'][number][] = []
  for (const { name, action, conditions } of rules) {
    const [source, ...more] = conditions
    if (source?.kind !== 'source' || more.length > 0) return undefined
    admitted.push({ name, action, sources: source.anyOf })
  }
  return { rules: admitted, otherwise }
}

function translateRule(
  { action, operation, principal }: Rule,
  providers: ReadonlySet<string>,
  scope: PolicyScope,
  at: string,
): Outcome<readonly Condition[]> {
  const conditions: Condition[] = []
  const { methods = [], path } = operation ?? {}
  if (methods.length > 0) conditions.push({ kind: 'method', anyOf: methods })
  if (path) {
    const { type = 'PathPrefix', value = '/', invert = false } = path
    const written = `${at}.operation.path.value`
    if (type === 'RegularExpression') {
      const regex = compileRegex(value)
      if (!regex.ok) return scope.refuse(written, regex.problems[0]!.message)
    } else if (!value.startsWith('/')) return scope.refuse(written, `${value} is no path: it must begin with /`)
    else if (/[?#]|%2e|\/\/|\/\.{1,2}(\/|$)/i.test(value))
      return scope.refuse(
        written,
        `${value} is met by no request: paths are compared when they are normalised, without a query`,
      )
    const plain = type === 'PathPrefix' ? value.replace(/\/+$/, '') || '/' : value
    // What the path keeps out, it keeps out in any spelling.
    const isWide = (action === 'Deny') !== invert && plain !== '/'
    const found: Condition =
      type === 'RegularExpression'
        ? { kind: 'path', match: 'regex', value }
        : isWide
          ? { kind: 'path', match: 'regex', value: anySpelling(plain, type === 'PathPrefix') }
          : { kind: 'path', match: type === 'Exact' ? 'exact' : 'prefix', value: plain }
    conditions.push(invert ? { ...found, invert } : found)
  }
  const cidrs: Cidr[] = []
  for (const [j, text] of (principal?.clientCIDRs ?? []).entries()) {
    const cidr = parseCidr(text)
    if (!cidr)
      return scope.refuse(
        `${at}.principal.clientCIDRs[${j}]`,
        `${text} is no range of addresses: write one such as 192.0.2.0/24 or 2001:db8::/32`,
      )
    cidrs.push(cidr)
  }
  if (cidrs.length > 0) conditions.push({ kind: 'source', anyOf: cidrs })
  for (const { name, values } of principal?.headers ?? [])
    conditions.push({ kind: 'header', name: name.toLowerCase(), anyOf: values })
  const { jwt } = principal ?? {}
  if (jwt) {
    const { provider, claims = [], scopes = [] } = jwt
    if (!providers.has(provider))
      return scope.refuse(`${at}.principal.jwt.provider`, `${provider} is no provider of jwt in the same policy`)
    for (const { name, valueType, values } of claims)
      conditions.push({
        kind: 'claim',
        provider,
        path: name.split('.'),
        list: valueType === 'StringArray',
        anyOf: values,
      })
    for (const one of scopes) conditions.push({ kind: 'scope', provider, scope: one })
  }
  if (conditions.length === 0)
    return scope.refuse(at, 'is met by all requests: write a principal, or defaultAction instead of the rule')
  return ok(conditions)
}
