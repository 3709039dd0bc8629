import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { validateObject } from './validate.ts'

/**
 * Verdicts of an API server on objects of Gateway API, rule by rule. Our own inputs; the facts are those that the
 * project's own tests state for these rules. A line is: what it is about, the part of the object, what must be said.
 */
type Line = readonly [name: string, part: object, path?: string, message?: RegExp]

function verdicts(name: string, build: (part: object) => object, lines: readonly Line[]): void {
  describe(name, () => {
    for (const [about, part, path, message] of lines) {
      test(`${path === undefined ? 'takes' : 'refuses'}: ${about}`, () => {
        const outcome = validateObject(build(part))
        const problems = outcome.ok ? [] : outcome.problems
        if (path === undefined) assert.deepEqual(problems, [])
        else {
          const found = problems.some((problem) => problem.path === path && (message ?? /./).test(problem.message))
          assert.ok(found, `no problem at ${path} in ${JSON.stringify(problems, null, 1)}`)
        }
      })
    }
  })
}

const gatewayApi = (kind: string, spec: object): object => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { name: 'a' },
  spec,
})
const httpRoute = (spec: object): object => gatewayApi('HTTPRoute', spec)
const rule = (part: object): object => httpRoute({ rules: [part] })
const to = { name: 'svc', port: 80 }
const times = (count: number, item: object): readonly object[] => Array.from({ length: count }, () => item)

const PATH = 'spec.rules[0].matches[0].path'
verdicts('HTTPRoute path match', (path) => rule({ matches: [{ path }], backendRefs: [to] }), [
  ['a prefix', { type: 'PathPrefix', value: '/path' }],
  ['escapes and sub-delimiters', { type: 'Exact', value: "/a/1'/b-c/d@e/%0A" }],
  ['anything in a regular expression', { type: 'RegularExpression', value: '/foo/./bar' }],
  ['no leading slash', { type: 'PathPrefix', value: 'foo' }, PATH, /start with '\/'/],
  ['ends with /.', { type: 'PathPrefix', value: '/.' }, PATH, /must not end with '\/\.'/],
  ['ends with /..', { type: 'PathPrefix', value: '/a/..' }, PATH, /must not end with '\/\.\.'/],
  ['/./ inside', { type: 'Exact', value: '/foo/./bar' }, PATH, /must not contain '\/\.\/'/],
  ['/../ inside', { type: 'Exact', value: '/foo/../bar' }, PATH, /must not contain '\/\.\.\/'/],
  ['//', { type: 'Exact', value: '/foo//bar' }, PATH, /must not contain '\/\/'/],
  ['an encoded slash', { type: 'Exact', value: '/a%2Fb' }, PATH, /must not contain '%2F'/],
  ['an encoded slash, lower case', { type: 'Exact', value: '/a%2fb' }, PATH, /must not contain '%2f'/],
  ['a fragment', { type: 'Exact', value: '/a#b' }, PATH, /must not contain '#'/],
  ['brackets', { type: 'PathPrefix', value: '/[]' }, PATH, /valid characters/],
  ['a caret', { type: 'Exact', value: '/^' }, PATH, /valid characters/],
  ['an unknown type', { type: 'FooBar', value: '/path' }, `${PATH}.type`, /use one of Exact, PathPrefix/],
  ['a type of Ingress', { type: 'Prefix', value: '/path' }, `${PATH}.type`, /did you mean 'PathPrefix'/],
])

const REF = 'spec.rules[0].backendRefs[0]'
verdicts('HTTPRoute backendRef', (ref) => rule({ backendRefs: [ref] }), [
  ['a Service by default, with a port', { name: 'a', port: 99 }],
  ['a Service by name, with a port', { group: '', kind: 'Service', name: 'a', port: 99 }],
  ['another kind without a port', { group: 'foo.example.com', kind: 'Foo', name: 'a' }],
  ['a Service without a port', { name: 'a' }, REF, /Must have port/],
  ['port 0', { name: 'a', port: 0 }, `${REF}.port`, /at least 1/],
  ['port 70000', { name: 'a', port: 70000 }, `${REF}.port`, /at most 65535/],
  ['a weight below zero', { ...to, weight: -1 }, `${REF}.weight`, /at least 0/],
  ['a group of one star', { ...to, group: '*' }, `${REF}.group`, /must be an API group/],
  ['a kind of one star', { ...to, kind: '*' }, `${REF}.kind`, /must be a kind/],
  ['no name', { port: 80 }, `${REF}.name`, /is required/],
  [
    'a filter twice',
    { ...to, filters: times(2, { type: 'CORS', cors: {} }) },
    `${REF}.filters`,
    /CORS filter cannot be repeated/,
  ],
  ['an unknown field', { ...to, wieght: 1 }, `${REF}.wieght`, /did you mean 'weight'/],
])

const FILTER = 'spec.rules[0].filters[0]'
const headers = { set: [{ name: 'a', value: 'b' }], add: [{ name: 'c', value: 'd' }], remove: ['e'] }
const filterKinds: readonly (readonly [type: string, field: string, good: object])[] = [
  ['RequestHeaderModifier', 'requestHeaderModifier', headers],
  ['ResponseHeaderModifier', 'responseHeaderModifier', headers],
  ['RequestMirror', 'requestMirror', { backendRef: to }],
  ['RequestRedirect', 'requestRedirect', { scheme: 'https', statusCode: 308 }],
  ['URLRewrite', 'urlRewrite', { path: { type: 'ReplaceFullPath', replaceFullPath: '/x' } }],
  ['CORS', 'cors', { allowOrigins: ['*'] }],
  ['ExternalAuth', 'externalAuth', { protocol: 'HTTP', backendRef: to, http: { path: '/' } }],
  ['ExtensionRef', 'extensionRef', { group: 'g', kind: 'K', name: 'n' }],
]
const otherThan = (type: string) => filterKinds.find(([other]) => other !== type)!
verdicts(
  'HTTPRoute filter: the field of its type, and no other',
  (filter) => rule({ filters: [filter] }),
  filterKinds.flatMap(([type, field, good]): readonly Line[] => {
    const [otherType, otherField, other] = otherThan(type)
    return [
      [`${type} with ${field}`, { type, [field]: good }],
      [`${type} without ${field}`, { type }, FILTER, new RegExp(`filter.${field} must be specified`)],
      [
        `${field} in a filter of type ${otherType}`,
        { type: otherType, [otherField]: other, [field]: good },
        FILTER,
        new RegExp(`filter.${field} must be nil`),
      ],
    ]
  }),
)

const redirectPath = (path: object): object =>
  rule({ filters: [{ type: 'RequestRedirect', requestRedirect: { path } }] })
const MODIFIER = `${FILTER}.requestRedirect.path`
verdicts('HTTPRoute path modifier', redirectPath, [
  ['a full path', { type: 'ReplaceFullPath', replaceFullPath: 'foo' }],
  ['a prefix, with the default match', { type: 'ReplacePrefixMatch', replacePrefixMatch: '/foo' }],
  ['a full path that is missing', { type: 'ReplaceFullPath' }, MODIFIER, /replaceFullPath must be specified/],
  ['a prefix that is missing', { type: 'ReplacePrefixMatch' }, MODIFIER, /replacePrefixMatch must be specified/],
  [
    'a full path for type prefix',
    { type: 'ReplacePrefixMatch', replaceFullPath: 'a' },
    MODIFIER,
    /type must be 'ReplaceFullPath'/,
  ],
  [
    'a prefix for type full path',
    { type: 'ReplaceFullPath', replacePrefixMatch: 'a' },
    MODIFIER,
    /type must be 'ReplacePrefixMatch'/,
  ],
])

const prefix = { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' } }
const rewrite = { type: 'URLRewrite', urlRewrite: prefix }
const redirect = { type: 'RequestRedirect', requestRedirect: prefix }
const exact = [{ path: { type: 'Exact', value: '/a' } }]
const modifyRequest = { type: 'RequestHeaderModifier', requestHeaderModifier: headers }
const modifyResponse = { type: 'ResponseHeaderModifier', responseHeaderModifier: headers }
const ext = { type: 'ExtensionRef', extensionRef: { group: '', kind: 'Service', name: 'x' } }
verdicts('HTTPRoute rule', rule, [
  ['nothing at all', {}],
  ['one extension several times', { filters: times(3, ext), backendRefs: [to] }],
  ['a redirect without backends', { filters: [redirect] }],
  [
    'a redirect with backends',
    { filters: [redirect], backendRefs: [to] },
    'spec.rules[0]',
    /must not be used together with backendRefs/,
  ],
  [
    'a prefix rewrite for an exact match',
    { matches: exact, filters: [rewrite] },
    'spec.rules[0]',
    /exactly one PathPrefix match/,
  ],
  [
    'a prefix rewrite for two matches',
    { matches: times(2, {}), filters: [rewrite] },
    'spec.rules[0]',
    /exactly one PathPrefix/,
  ],
  [
    'a prefix redirect for an exact match',
    { matches: exact, filters: [redirect] },
    'spec.rules[0]',
    /exactly one PathPrefix/,
  ],
  [
    'the same on a backendRef',
    { matches: exact, backendRefs: [{ ...to, filters: [rewrite] }] },
    'spec.rules[0]',
    /Within backendRefs/,
  ],
  ['redirect and rewrite', { filters: [redirect, rewrite] }, 'spec.rules[0].filters', /but not both/],
  [
    'request headers twice',
    { filters: times(2, modifyRequest) },
    'spec.rules[0].filters',
    /RequestHeaderModifier filter cannot be repeated/,
  ],
  [
    'response headers twice',
    { filters: times(2, modifyResponse) },
    'spec.rules[0].filters',
    /ResponseHeaderModifier filter cannot/,
  ],
  ['a rewrite twice', { filters: times(2, rewrite) }, 'spec.rules[0].filters', /URLRewrite filter cannot be repeated/],
  [
    'one header matched twice',
    { matches: [{ headers: times(2, { name: 'a', value: 'b' }) }] },
    'spec.rules[0].matches[0].headers[1]',
  ],
  [
    'one parameter matched twice',
    { matches: [{ queryParams: times(2, { name: 'a', value: 'b' }) }] },
    'spec.rules[0].matches[0].queryParams[1]',
  ],
  [
    'a header name with a slash',
    { matches: [{ headers: [{ name: 'magic/', value: 'x' }] }] },
    'spec.rules[0].matches[0].headers[0].name',
  ],
  ['an unknown method', { matches: [{ method: 'NOTREAL' }] }, 'spec.rules[0].matches[0].method'],
  ['65 matches', { matches: times(65, {}) }, 'spec.rules[0].matches', /at most 64 items/],
  [
    'a header set twice',
    { filters: [{ ...modifyRequest, requestHeaderModifier: { remove: ['a', 'a'] } }] },
    `${FILTER}.requestHeaderModifier.remove[1]`,
  ],
  [
    'a line break in a header',
    { filters: [{ ...modifyRequest, requestHeaderModifier: { set: [{ name: 'a', value: 'b\nc' }] } }] },
    `${FILTER}.requestHeaderModifier.set[0].value`,
  ],
  [
    'a wildcard in a redirect',
    { filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: '*.a.b' } }] },
    `${FILTER}.requestRedirect.hostname`,
  ],
  [
    'an unknown redirect status',
    { filters: [{ type: 'RequestRedirect', requestRedirect: { statusCode: 300 } }] },
    `${FILTER}.requestRedirect.statusCode`,
  ],
])

const timeouts = 'spec.rules[0].timeouts'
verdicts('HTTPRoute timeouts', (part) => rule({ timeouts: part }), [
  ['both, the smaller inside', { request: '4s', backendRequest: '2s' }],
  ['equal', { request: '1m', backendRequest: '60s' }],
  ['no limit for the whole', { request: '0s', backendRequest: '2s' }],
  ['parts', { request: '1h30m10s500ms' }],
  [
    'the backend longer than the whole',
    { request: '1s', backendRequest: '2s' },
    timeouts,
    /cannot be longer than request/,
  ],
  ['microseconds', { request: '100us' }, `${timeouts}.request`, /must be a duration/],
  ['days', { request: '1d' }, `${timeouts}.request`, /must be a duration/],
  ['decimals', { request: '0.5s' }, `${timeouts}.request`, /must be a duration/],
])

const cors = (part: object): object => rule({ filters: [{ type: 'CORS', cors: part }] })
const ORIGIN = `${FILTER}.cors.allowOrigins[0]`
const origin = (value: string, path?: string): Line => {
  const part = { allowOrigins: [value] }
  return path === undefined ? [`origin ${value}`, part] : [`origin ${value}`, part, path]
}
verdicts('HTTPRoute CORS', cors, [
  ...['*', 'https://a.com', 'http://*.a.com', 'http://*.a.com:12345', 'https://*:443', 'https://*'].map((value) =>
    origin(value),
  ),
  ...['a.com', 'https://a.com:port', 'x/https://a.com', 'http://a.com:111111', 'http://a.com:'].map((value) =>
    origin(value, ORIGIN),
  ),
  ...['http://a.com/cart', 'spiffe://a.com', 'http://*bar.com', 'http://bar*.com', 'http://bar.*.com'].map((value) =>
    origin(value, ORIGIN),
  ),
  ...['http://*bar', 'http://bar*', 'http://*.a.*.b'].map((value) => origin(value, ORIGIN)),
  [
    'all origins and one more',
    { allowOrigins: ['*', 'https://a.com'] },
    `${FILTER}.cors.allowOrigins`,
    /alongside other/,
  ],
  ['all methods and one more', { allowMethods: ['GET', '*'] }, `${FILTER}.cors.allowMethods`, /alongside other/],
  ['an unknown method', { allowMethods: ['BAZINGA'] }, `${FILTER}.cors.allowMethods[0]`, /not supported/],
])

const mirror = (part: object): object =>
  rule({ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: to, ...part } }] })
const FRACTION = `${FILTER}.requestMirror.fraction`
verdicts('HTTPRoute mirror', mirror, [
  ['a percentage', { percent: 50 }],
  ['a fraction', { fraction: { numerator: 83, denominator: 1000 } }],
  ['both', { percent: 1, fraction: { numerator: 1 } }, `${FILTER}.requestMirror`, /Only one of percent or fraction/],
  ['more than all', { fraction: { numerator: 1001, denominator: 1000 } }, FRACTION, /less than or equal/],
  ['more than all, with the default of 100', { fraction: { numerator: 101 } }, FRACTION, /less than or equal/],
  ['a denominator of zero', { fraction: { numerator: 0, denominator: 0 } }, `${FRACTION}.denominator`],
  ['less than nothing', { fraction: { numerator: -1, denominator: 1 } }, `${FRACTION}.numerator`],
  ['101 percent', { percent: 101 }, `${FILTER}.requestMirror.percent`],
])

const auth = (part: object): object =>
  rule({ filters: [{ type: 'ExternalAuth', externalAuth: { backendRef: to, ...part } }] })
const AUTH = `${FILTER}.externalAuth`
verdicts('HTTPRoute external auth', auth, [
  ['HTTP', { protocol: 'HTTP', http: { path: '/check' } }],
  ['gRPC', { protocol: 'GRPC', grpc: { allowedHeaders: ['x'] } }],
  ['HTTP without its part', { protocol: 'HTTP' }, AUTH, /http must be specified/],
  ['gRPC without its part', { protocol: 'GRPC' }, AUTH, /grpc must be specified/],
  ['both parts', { protocol: 'HTTP', http: {}, grpc: {} }, AUTH],
  ['no protocol', {}, `${AUTH}.protocol`, /is required/],
  ['a bad path', { protocol: 'HTTP', http: { path: '/[]' } }, `${AUTH}.http.path`, /must be a URL path/],
])

const refs = (...parentRefs: object[]): object => ({ parentRefs })
verdicts('parentRefs of routes', httpRoute, [
  ['one', refs({ name: 'a' })],
  ['two Gateways', refs({ name: 'a' }, { name: 'b' })],
  ['two sections', refs({ name: 'a', sectionName: 'x' }, { name: 'a', sectionName: 'y' })],
  ['two ports', refs({ name: 'a', port: 80 }, { name: 'a', port: 443 })],
  ['one name in two namespaces', refs({ name: 'a', namespace: 'x' }, { name: 'a', namespace: 'y' })],
  ['the same twice', refs({ name: 'a' }, { name: 'a' }), 'spec.parentRefs', /must be unique/],
  ['the same section twice', refs(...times(2, { name: 'a', sectionName: 'x' })), 'spec.parentRefs', /must be unique/],
  ['the same port twice', refs(...times(2, { name: 'a', port: 80 })), 'spec.parentRefs', /must be unique/],
  [
    'one with, one without section',
    refs({ name: 'a', sectionName: 'x' }, { name: 'a' }),
    'spec.parentRefs',
    /must be specified/,
  ],
  ['33', refs(...times(33, {}).map((_, index) => ({ name: `g${index}` }))), 'spec.parentRefs', /at most 32/],
])

verdicts('HTTPRoute as a whole', httpRoute, [
  ['wildcard host', { hostnames: ['*.example.com'] }],
  ['a scheme in a host', { hostnames: ['http://a<'] }, 'spec.hostnames[0]', /must be a lower-case host name/],
  ['an upper-case host', { hostnames: ['Example.com'] }, 'spec.hostnames[0]'],
  ['17 rules', { rules: times(17, {}) }, 'spec.rules', /at most 16 items/],
  ['96 matches', { rules: times(2, { matches: times(48, {}) }) }],
  ['140 matches', { rules: times(7, { matches: times(20, {}) }) }, 'spec.rules', /less than 128/],
  ['one name for two rules', { rules: times(2, { name: 'a' }) }, 'spec.rules', /Rule name must be unique/],
  [
    'a permanent cookie without an end',
    { rules: [{ sessionPersistence: { cookieConfig: { lifetimeType: 'Permanent' } } }] },
    'spec.rules[0].sessionPersistence',
    /AbsoluteTimeout must be specified/,
  ],
  [
    'a cookie for a header session',
    { rules: [{ sessionPersistence: { type: 'Header', cookieConfig: {} } }] },
    'spec.rules[0].sessionPersistence',
  ],
])

const method = (part: object): object => gatewayApi('GRPCRoute', { rules: [{ matches: [{ method: part }] }] })
const METHOD = 'spec.rules[0].matches[0].method'
verdicts('GRPCRoute method match', method, [
  ['a service', { service: 'foo.Test.Example' }],
  ['a service in any case', { service: 'foo.test_Example.v1' }],
  ['a method', { method: 'Login_2' }],
  ['anything in a regular expression', { type: 'RegularExpression', service: '.*[' }],
  ['neither', { type: 'Exact' }, METHOD, /must be specified/],
  ['a service with a slash', { service: 'foo/bar' }, METHOD, /service must only contain/],
  ['a service with a digit first', { service: '1foo' }, METHOD, /service must only contain/],
  ['a method with a dot', { service: 'a', method: 'foo.bar' }, METHOD, /method must only contain/],
])
verdicts('GRPCRoute', (spec) => gatewayApi('GRPCRoute', spec), [
  ['no rules', {}],
  ['140 matches', { rules: times(7, { matches: times(20, {}) }) }, 'spec.rules', /less than 128/],
  ['a redirect', { rules: [{ filters: [redirect] }] }, 'spec.rules[0].filters[0].requestRedirect', /no such field/],
])

const gateway = (spec: object): object => gatewayApi('Gateway', { gatewayClassName: 'c', ...spec })
const listeners = (...list: object[]): object => ({ listeners: list })
const http = { name: 'http', port: 80, protocol: 'HTTP' }
const certificate = { certificateRefs: [{ name: 'cert' }] }
const LISTENERS = 'spec.listeners'
verdicts('Gateway listeners', gateway, [
  ['HTTP', listeners(http)],
  ['HTTPS', listeners({ ...http, protocol: 'HTTPS', tls: certificate })],
  ['TLS passthrough', listeners({ ...http, protocol: 'TLS', tls: { mode: 'Passthrough' } })],
  [
    'one port, several hosts',
    listeners({ ...http, hostname: 'a.b' }, { ...http, name: 'b', hostname: 'c.d' }, { ...http, name: 'c' }),
  ],
  ['one port for TCP and UDP', listeners({ ...http, protocol: 'TCP' }, { ...http, name: 'b', protocol: 'UDP' })],
  ['tls on HTTP', listeners({ ...http, tls: certificate }), LISTENERS, /tls must not be specified/],
  ['tls on TCP', listeners({ ...http, protocol: 'TCP', tls: certificate }), LISTENERS, /tls must not be specified/],
  ['a host on TCP', listeners({ ...http, protocol: 'TCP', hostname: 'a.b' }), LISTENERS, /hostname must not be/],
  ['a host on UDP', listeners({ ...http, protocol: 'UDP', hostname: 'a.b' }), LISTENERS, /hostname must not be/],
  [
    'passthrough on HTTPS',
    listeners({ ...http, protocol: 'HTTPS', tls: { mode: 'Passthrough' } }),
    LISTENERS,
    /must be Terminate/,
  ],
  ['TLS without a mode', listeners({ ...http, protocol: 'TLS' }), LISTENERS, /tls mode must be set/],
  [
    'termination without a certificate',
    listeners({ ...http, protocol: 'HTTPS', tls: {} }),
    `${LISTENERS}[0].tls`,
    /^certificateRefs or options must be specified/,
  ],
  ['one name twice', listeners(http, { ...http, port: 81 }), LISTENERS, /name must be unique/],
  [
    'one address twice',
    listeners(http, { ...http, name: 'b' }),
    LISTENERS,
    /Combination of port, protocol and hostname/,
  ],
  ['none', listeners(), LISTENERS, /at least 1 item/],
  ['a bad name', listeners({ ...http, name: 'bad>' }), `${LISTENERS}[0].name`],
  ['a bad port', listeners({ ...http, port: 123456789 }), `${LISTENERS}[0].port`],
  ['a bad host', listeners({ ...http, hostname: 'a_b' }), `${LISTENERS}[0].hostname`],
])

const addresses = (...list: object[]): object => ({ ...listeners(http), addresses: list })
const ipv4 = { type: 'IPAddress', value: '1.2.3.4' }
const host = { type: 'Hostname', value: 'a.example.com' }
verdicts('Gateway addresses and infrastructure', gateway, [
  ['an address and a host', addresses(ipv4, host, { type: 'IPAddress', value: '2001:db8::1' })],
  ['an address to be assigned', addresses({ type: 'IPAddress' }, { type: 'Hostname' })],
  ['an address by default', addresses({ value: '1.2.3.4' })],
  ['an address twice', addresses(ipv4, ipv4), 'spec.addresses', /IPAddress values must be unique/],
  ['a host twice', addresses(host, host), 'spec.addresses', /Hostname values must be unique/],
  [
    'an address with a port',
    addresses({ value: '1.2.3.4:80' }),
    'spec.addresses[0].value',
    /IPv4 address or an IPv6 address/,
  ],
  ['half an address', addresses({ value: '1.1.1' }), 'spec.addresses[0].value'],
  ['a bad host', addresses({ type: 'Hostname', value: '*foo' }), 'spec.addresses[0]', /Hostname value must be/],
  ['a good label', { ...listeners(http), infrastructure: { labels: { 'example.com/key': 'v' } } }],
  [
    'a bad label key',
    { ...listeners(http), infrastructure: { labels: { 'a/b/c': 'v' } } },
    'spec.infrastructure.labels',
  ],
  [
    'a bad label value',
    { ...listeners(http), infrastructure: { labels: { key: 'a b' } } },
    'spec.infrastructure.labels.key',
  ],
])

verdicts('ListenerSet', (spec) => gatewayApi('ListenerSet', { parentRef: { name: 'gw' }, ...spec }), [
  ['HTTP', listeners(http)],
  ['TLS without a mode', listeners({ ...http, protocol: 'TLS' }), LISTENERS, /tls mode must be set/],
  ['one address twice', listeners(http, { ...http, name: 'b' }), LISTENERS, /must be unique/],
])

const grant = { from: [{ group: 'g', kind: 'K', namespace: 'n' }], to: [{ group: '', kind: 'Secret' }] }
verdicts('ReferenceGrant', (spec) => gatewayApi('ReferenceGrant', spec), [
  ['a whole one', grant],
  ['no from', { to: grant.to }, 'spec.from', /is required/],
  ['no to', { from: grant.from }, 'spec.to', /is required/],
  ['no namespace', { ...grant, from: [{ group: 'g', kind: 'K' }] }, 'spec.from[0].namespace', /is required/],
])

verdicts('GatewayClass', (spec) => gatewayApi('GatewayClass', spec), [
  ['a controller', { controllerName: 'headgate.dev/gateway-controller' }],
  ['a controller without a domain', { controllerName: 'example' }, 'spec.controllerName', /domain and a path/],
])

verdicts('TLSRoute', (spec) => gatewayApi('TLSRoute', { rules: [{ backendRefs: [to] }], ...spec }), [
  ['hosts', { hostnames: ['a.b', '*.c.d'] }],
  ['no hosts', {}, 'spec.hostnames', /is required/],
  ['an address', { hostnames: ['1.2.3.4'] }, 'spec.hostnames'],
  ['a star in the middle', { hostnames: ['a.*.b'] }, 'spec.hostnames[0]'],
])

const validation = (part: object): object =>
  gatewayApi('BackendTLSPolicy', {
    targetRefs: [{ group: '', kind: 'Service', name: 's' }],
    validation: { hostname: 'a.b', ...part },
  })
const VALIDATION = 'spec.validation'
const ca = { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] }
const san = (part: object): object => ({ ...ca, subjectAltNames: [part] })
verdicts('BackendTLSPolicy', validation, [
  ['own certificates', ca],
  ["the system's", { wellKnownCACertificates: 'System' }],
  ["an implementation's", { wellKnownCACertificates: 'example.com/certs' }],
  [
    'names by host and URI',
    {
      ...ca,
      subjectAltNames: [
        { type: 'Hostname', hostname: 'a.b' },
        { type: 'URI', uri: 'spiffe://a/b' },
      ],
    },
  ],
  ['none', {}, VALIDATION, /must specify either/],
  ['both', { ...ca, wellKnownCACertificates: 'System' }, VALIDATION, /must not contain both/],
  ['no hostname', { ...ca, hostname: '' }, `${VALIDATION}.hostname`, /must not be empty/],
  [
    'unknown certificates',
    { wellKnownCACertificates: 'MySystem' },
    `${VALIDATION}.wellKnownCACertificates`,
    /must be 'System'/,
  ],
  [
    'a host name that is missing',
    san({ type: 'Hostname' }),
    `${VALIDATION}.subjectAltNames[0]`,
    /must contain Hostname/,
  ],
  ['a URI that is missing', san({ type: 'URI' }), `${VALIDATION}.subjectAltNames[0]`, /must contain URI/],
  [
    'a URI for a host',
    san({ type: 'Hostname', hostname: 'a', uri: 'a://b' }),
    `${VALIDATION}.subjectAltNames[0]`,
    /must not contain URI/,
  ],
  ['a URI that is none', san({ type: 'URI', uri: 'foo' }), `${VALIDATION}.subjectAltNames[0].uri`, /absolute URI/],
])

const targets = (...targetRefs: object[]): object =>
  gatewayApi('BackendTLSPolicy', { targetRefs, validation: { hostname: 'a.b', ...ca } })
const service = { group: '', kind: 'Service', name: 's' }
verdicts('BackendTLSPolicy targets', (part) => targets(...Object.values(part).flat()), [
  [
    'two sections',
    {
      list: [
        { ...service, sectionName: 'a' },
        { ...service, sectionName: 'b' },
      ],
    },
  ],
  ['one twice', { list: [service, service] }, 'spec.targetRefs', /must be unique/],
  [
    'one with, one without section',
    { list: [service, { ...service, sectionName: 'a' }] },
    'spec.targetRefs',
    /must be specified/,
  ],
])

const experimental = (kind: string, spec: object): object => ({
  ...gatewayApi(kind, spec),
  apiVersion: 'gateway.networking.x-k8s.io/v1alpha1',
})
const budget = (retryConstraint: object): object =>
  experimental('XBackendTrafficPolicy', { targetRefs: [service], retryConstraint })
verdicts('XBackendTrafficPolicy', budget, [
  ['a budget', { budget: { percent: 20, interval: '10s' }, minRetryRate: { count: 10, interval: '1s' } }],
  ['a short interval', { budget: { interval: '1ms' } }, 'spec.retryConstraint.budget.interval', /it is '1ms'/],
  ['a long interval', { budget: { interval: '2h' } }, 'spec.retryConstraint.budget.interval'],
  ['a long rate', { minRetryRate: { interval: '2h' } }, 'spec.retryConstraint.minRetryRate.interval'],
])

const external = { type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { port: 443 } }
verdicts('XBackend', (part) => experimental('XBackend', { ...external, ...part }), [
  ['a host', {}],
  ['a cluster name', { externalHostname: { hostname: 'a.b.svc.cluster.local' } }, 'spec.externalHostname.hostname'],
  ['no host', { externalHostname: null }, 'spec'],
  [
    'a client certificate without its mode',
    { tls: { mode: 'ServerOnly', clientCertificateRef: { name: 'c' }, validation: { hostname: 'a', ...ca } } },
    'spec.tls',
  ],
  // The rule of v1.6.1 compares an optional with null, which is never equal: an API server refuses every name.
  ['a port name', { port: { port: 443, name: 'https' } }, 'spec.port.name'],
  ['an empty port name', { port: { port: 443, name: '' } }],
])
