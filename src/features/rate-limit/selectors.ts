import { parseCidr } from '#ir'
import { type Outcome, ok } from '#kit/outcome.ts'
import { compileRegex } from '#kit/regex.ts'
import type { PolicyScope } from '#translate'
import type { Condition, CountKey, PathText } from './ir.ts'

/** Of the CRD, with the defaults that the schema fills in. */
export interface SelectCondition {
  readonly headers?: readonly NamedSelector[]
  readonly queryParams?: readonly NamedSelector[]
  readonly methods?: readonly { readonly value: string; readonly invert?: boolean }[]
  readonly path?: {
    readonly type?: 'Exact' | 'PathPrefix' | 'RegularExpression'
    readonly value?: string
    readonly invert?: boolean
  }
  readonly sourceCIDR?: { readonly type?: 'Exact' | 'Distinct'; readonly value: string; readonly invert?: boolean }
}

interface NamedSelector {
  readonly type?: 'Exact' | 'RegularExpression' | 'Distinct'
  readonly name: string
  readonly value?: string
  readonly invert?: boolean
}

export interface Selected {
  readonly conditions: readonly Condition[]
  readonly keys: readonly CountKey[]
}

/** What a rule's selectors ask for: all of them must hold. */
export function translateSelectors(
  selectors: readonly SelectCondition[],
  scope: PolicyScope,
  path: string,
): Outcome<Selected> {
  const conditions: Condition[] = []
  const keys: CountKey[] = []
  const problems: Outcome<never>[] = []
  for (const [i, selector] of selectors.entries()) {
    const at = `${path}[${i}]`
    const take = (outcome: Outcome<{ readonly condition?: Condition; readonly key?: CountKey }>) => {
      if (!outcome.ok) return void problems.push(outcome)
      const { condition, key } = outcome.value
      if (condition) conditions.push(condition)
      if (key) keys.push(key)
    }
    for (const [j, one] of (selector.headers ?? []).entries())
      take(translateNamed('header', one, scope, `${at}.headers[${j}]`))
    for (const [j, one] of (selector.queryParams ?? []).entries())
      take(translateNamed('query', one, scope, `${at}.queryParams[${j}]`))
    if (selector.methods && selector.methods.length > 0) take(ok(translateMethods(selector.methods)))
    if (selector.path) take(translatePath(selector.path, scope, `${at}.path`))
    if (selector.sourceCIDR) take(translateSource(selector.sourceCIDR, scope, `${at}.sourceCIDR`))
  }
  return problems[0] ?? ok({ conditions, keys })
}

type Part = { readonly condition?: Condition; readonly key?: CountKey }

function translateNamed(
  kind: 'header' | 'query',
  { type = 'Exact', name: written, value, invert = false }: NamedSelector,
  scope: PolicyScope,
  at: string,
): Outcome<Part> {
  const name = kind === 'header' ? written.toLowerCase() : written
  if (type === 'Distinct') {
    if (invert) return scope.refuse(`${at}.invert`, 'has no meaning with Distinct: remove it')
    if (value !== undefined) return scope.refuse(`${at}.value`, 'has no meaning with Distinct: remove it')
    return ok({ key: { kind, name } })
  }
  if (value === undefined || (kind === 'query' && value === ''))
    return scope.refuse(`${at}.value`, `is missing: with ${type} a value is compared`)
  const regex = type === 'RegularExpression' ? compileRegex(value) : undefined
  if (regex?.ok === false) return scope.refuse(`${at}.value`, regex.problems[0]!.message)
  return ok({ condition: { kind, name, value: { kind: regex ? 'regex' : 'exact', value }, invert } })
}

/** One of them must hold: "not GET, or not POST" holds for all, "not GET, or POST" for all but GET. */
function translateMethods(methods: NonNullable<SelectCondition['methods']>): Part {
  const plain = new Set(methods.filter(({ invert }) => !invert).map(({ value }) => value))
  const not = new Set(methods.filter(({ invert }) => invert).map(({ value }) => value))
  if (not.size === 0) return { condition: { kind: 'method', anyOf: [...plain].sort(), invert: false } }
  const excluded = not.size > 1 || [...not].some((one) => plain.has(one)) ? [] : [...not]
  return excluded.length === 0 ? {} : { condition: { kind: 'method', anyOf: excluded, invert: true } }
}

function translatePath(
  { type = 'PathPrefix', value: written = '/', invert = false }: NonNullable<SelectCondition['path']>,
  scope: PolicyScope,
  at: string,
): Outcome<Part> {
  const path = (kind: PathText['kind'], value: string) =>
    ok({ condition: { kind: 'path', value: { kind, value }, invert } } as const)
  if (type === 'RegularExpression') {
    const regex = compileRegex(written)
    return regex.ok ? path('regex', written) : scope.refuse(`${at}.value`, regex.problems[0]!.message)
  }
  if (!written.startsWith('/')) return scope.refuse(`${at}.value`, `${written} is no path: it must begin with /`)
  if (type === 'Exact') return path('exact', written)
  return path('prefix', written.length > 1 ? written.replace(/\/+$/, '') || '/' : written)
}

function translateSource(
  { type = 'Exact', value, invert = false }: NonNullable<SelectCondition['sourceCIDR']>,
  scope: PolicyScope,
  at: string,
): Outcome<Part> {
  const cidr = parseCidr(value)
  if (!cidr)
    return scope.refuse(
      `${at}.value`,
      `${value} is no range of addresses: write one such as 192.0.2.0/24 or 2001:db8::/32`,
    )
  const condition: Condition = { kind: 'source', cidr, invert }
  return ok(type === 'Distinct' ? { condition, key: { kind: 'source' } } : { condition })
}
