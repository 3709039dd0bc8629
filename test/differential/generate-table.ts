import type { KubeObject } from '#api'
import type { Random } from '../fuzz/http1-generate.ts'

export const hosts = ['a.test', 'b.test', 'x.a.test', 'y.x.a.test', 'A.test', '*.a.test', '*.test'] as const
export const segments = ['', 'a', 'b', 'ab', 'A', 'a.b', 'a b', '~x', 'a+b', 'ü', 'cart', '%'] as const
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const
export const fieldNames = ['x-one', 'x-two', 'version', 'accept', 'cookie'] as const
export const fieldValues = ['1', '2', 'a, b', 'A', '', 'long value', 'ü'] as const
export const queryNames = ['q', 'page', 'Q', 'a b'] as const

export type Part = Readonly<Record<string, unknown>>

/** HTTPRouteFilters that rules may name. */
export const directResponses = ['d0', 'd1'] as const

/**
 * - plain: no policies, so that more requests reach a backend;
 * - policies: and filters that matter beside them;
 * - limits: those that count, too; Envoy counts apart for each host and each match of a rule, so there is one of each.
 */
export type Style = 'plain' | 'policies' | 'limits'

/** HTTPRoutes that meet: few hosts, short paths, every kind of match, filters and shares. */
export function generateTable(random: Random, style: Style): KubeObject[] {
  const count = style === 'plain' ? 2 + random.below(8) : 2 + random.below(4)
  return times(count, (i) => generateRoute(`r${i}`, random, style))
}

function generateRoute(name: string, random: Random, style: Style): KubeObject {
  const most = style === 'limits' ? 1 : 2
  const hostnames = times(random.below(most + 1), () => random.pick(hosts).toLowerCase())
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name,
      namespace: 'default',
      generation: 1,
      creationTimestamp: `2026-01-0${1 + random.below(3)}T00:00:00Z`,
    },
    spec: {
      parentRefs: [{ name: 'gw' }],
      ...(hostnames.length > 0 && { hostnames: [...new Set(hostnames)] }),
      rules: times(1 + random.below(3), (i) => ({ name: `rule-${i}`, ...generateRule(random, style) })),
    },
  } as KubeObject
}

function generateRule(random: Random, style: Style): Part {
  const matches = times(random.below(style === 'limits' ? 2 : 3), () => generateMatch(random))
  const filters = [...generateFilters(random), ...(style === 'plain' ? [] : generateWideFilters(random))]
  const answers = filters.some(({ type }) => type === 'RequestRedirect')
  return {
    ...(matches.length > 0 && { matches }),
    ...(filters.length > 0 && { filters }),
    ...(!answers && random.below(12) > 0 && { backendRefs: generateShares(random) }),
  }
}

function generateShares(random: Random): Part[] {
  const one = () => ({
    name: random.pick(['a', 'b', 'c', 'missing']),
    port: 80,
    ...(random.below(4) === 0 && { filters: [modifier('RequestHeaderModifier', random)] }),
  })
  // One share at a time, so that both planes must choose the same.
  return random.below(3) > 0
    ? [one()]
    : [
        { ...one(), weight: 0 },
        { ...one(), weight: 1 + random.below(5) },
      ]
}

function generateMatch(random: Random): Part {
  return {
    ...(random.below(5) > 0 && { path: generatePathMatch(random) }),
    ...(random.below(4) === 0 && { method: random.pick(methods) }),
    ...(random.below(4) === 0 && { headers: generateFieldMatches(random, fieldNames) }),
    ...(random.below(5) === 0 && { queryParams: generateFieldMatches(random, ['q', 'page', 'Q']) }),
  }
}

function generatePathMatch(random: Random): Part {
  const path = `/${times(random.below(4), () => random.pick(['a', 'b', 'ab', 'A', 'a.b', '~x', 'cart'])).join('/')}`
  switch (random.below(4)) {
    case 0:
      return { type: 'Exact', value: path }
    case 1:
      return {
        type: 'RegularExpression',
        value: random.pick([path, '/a.*', '/[ab]+/?', '/(a|b)/c?art', '.*/b', '/\\w+']),
      }
    default:
      return { type: 'PathPrefix', value: random.below(3) === 0 && path !== '/' ? `${path}/` : path }
  }
}

function generateFieldMatches(random: Random, names: readonly string[]): Part[] {
  return [...new Set(times(1 + random.below(2), () => random.pick(names)))].map((name) =>
    random.below(3) === 0
      ? { type: 'RegularExpression', name, value: random.pick(['\\d+', 'a.*', '.+', '[12]']) }
      : { type: 'Exact', name, value: random.pick(['1', '2', 'a, b', 'A', 'long value']) },
  )
}

function generateFilters(random: Random): Part[] {
  const filters: Part[] = []
  if (random.below(4) === 0) filters.push(modifier('RequestHeaderModifier', random))
  if (random.below(5) === 0) filters.push(modifier('ResponseHeaderModifier', random))
  const turn = random.below(10)
  if (turn < 2) filters.push({ type: 'URLRewrite', urlRewrite: generateChange(random, 'hostname') })
  else if (turn === 2)
    filters.push({
      type: 'RequestRedirect',
      requestRedirect: {
        ...generateChange(random, 'hostname'),
        ...(random.below(3) === 0 && { scheme: random.pick(['http', 'https']) }),
        ...(random.below(3) === 0 && { port: random.pick([80, 443, 8080]) }),
        ...(random.below(2) === 0 && { statusCode: random.pick([301, 302]) }),
      },
    })
  return filters
}

function generateWideFilters(random: Random): Part[] {
  const filters: Part[] = []
  if (random.below(4) === 0) filters.push({ type: 'CORS', cors: generateCors(random) })
  if (random.below(8) === 0)
    filters.push({ type: 'RequestMirror', requestMirror: { backendRef: { name: 'c', port: 80 } } })
  if (random.below(6) === 0) {
    const extensionRef = { group: 'gateway.envoyproxy.io', kind: 'HTTPRouteFilter', name: random.pick(directResponses) }
    filters.push({ type: 'ExtensionRef', extensionRef })
  }
  return filters
}

function generateCors(random: Random): Part {
  return {
    allowOrigins: random.pick([['*'], ['https://www.foo.com'], ['https://*.bar.com', 'http://a.test:8080']]),
    ...(random.below(2) === 0 && { allowMethods: random.pick([['*'], ['GET', 'PUT']]) }),
    ...(random.below(2) === 0 && { allowHeaders: random.pick([['*'], ['x-one', 'content-type']]) }),
    ...(random.below(2) === 0 && { exposeHeaders: random.pick([['*'], ['x-new', 'x-two']]) }),
    ...(random.below(2) === 0 && { allowCredentials: true }),
    ...(random.below(2) === 0 && { maxAge: 60 }),
  }
}

function generateChange(random: Random, hostname: string): Part {
  const path = random.pick(['/', '/new', '/new/', '/a b', '/x.y/z'])
  return {
    ...(random.below(2) === 0 && { [hostname]: random.pick(['new.test', 'b.test']) }),
    ...(random.below(3) > 0 && {
      path:
        random.below(2) === 0
          ? { type: 'ReplaceFullPath', replaceFullPath: path.replace(' ', '-') }
          : { type: 'ReplacePrefixMatch', replacePrefixMatch: path.replace(' ', '-') },
    }),
  }
}

function modifier(type: string, random: Random): Part {
  const field = () => ({
    name: random.pick(['x-one', 'x-new', 'version', 'X-Two']),
    value: random.pick(['1', 'v', 'a, b']),
  })
  const edits = {
    ...(random.below(2) === 0 && { set: [field()] }),
    ...(random.below(2) === 0 && { add: [field()] }),
    ...(random.below(2) === 0 && { remove: [random.pick(['x-one', 'version', 'accept'])] }),
  }
  return { type, [type === 'RequestHeaderModifier' ? 'requestHeaderModifier' : 'responseHeaderModifier']: edits }
}

export function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i))
}
