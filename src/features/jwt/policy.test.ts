import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '#kit/outcome.ts'
import { policyScope } from '../../../test/policy-scope.ts'
import { jwt } from './policy.ts'
import { keySet } from './tokens.fixture.ts'

type Spec = Parameters<typeof jwt.translate>[0]['jwt']
type Provider = Spec['providers'][number]

const good: Provider = { name: 'p', localJWKS: { type: 'Inline', inline: keySet } }

function problemOf(spec: Spec, scope = policyScope()): string | undefined {
  const outcome = jwt.translate({ jwt: spec }, scope)
  return outcome.ok ? undefined : `${outcome.problems[0]!.path}: ${outcome.problems[0]!.message}`
}

const p = 'spec.jwt.providers[0]'
const refused: readonly [string, Provider, RegExp][] = [
  ['recomputeRoute', { ...good, recomputeRoute: true }, /\.recomputeRoute: a route is chosen once/],
  ['keys that are no JSON', { name: 'p', localJWKS: { inline: 'keys' } }, /\.localJWKS\.inline: /],
  ['keys that are no set', { name: 'p', localJWKS: { inline: '{"kty":"oct"}' } }, /\.localJWKS\.inline: /],
  ['a set without keys', { name: 'p', localJWKS: { inline: '{"keys":[]}' } }, /\.localJWKS\.inline: /],
  ['no keys at all', { name: 'p' }, /\.localJWKS\.inline: /],
  [
    'keys that are away',
    { name: 'p', localJWKS: { valueRef: { name: 'k' } } },
    /\.valueRef: ConfigMap default\/k does not/,
  ],
  ['another scheme', { name: 'p', remoteJWKS: { uri: 'file:///etc/keys' } }, /\.remoteJWKS\.uri: is no URL of HTTP/],
  ['credentials', { name: 'p', remoteJWKS: { uri: 'https://a:b@c.test/' } }, /\.remoteJWKS\.uri: is no URL of HTTP/],
  [
    'two backends',
    { name: 'p', remoteJWKS: { uri: 'https://c.test/', backendRefs: [{ name: 'a' }, { name: 'b' }] } },
    /\.remoteJWKS\.backendRefs: can name one/,
  ],
  [
    'a duration that is none',
    { name: 'p', remoteJWKS: { uri: 'https://c.test/', cacheDuration: 'soon' } },
    /\.remoteJWKS\.cacheDuration: /,
  ],
  ...['Host', 'content-length', 'Connection', 'X-Forwarded-For', 'a b', ''].map(
    (header): [string, Provider, RegExp] => [
      `claims to ${JSON.stringify(header)}`,
      { ...good, claimToHeaders: [{ header, claim: 'sub' }] },
      /\.claimToHeaders\[0\]\.header: .* is no field that claims may be written to/,
    ],
  ),
  [
    'a claim without a name',
    { ...good, claimToHeaders: [{ header: 'x', claim: '' }] },
    /\.claimToHeaders\[0\]\.claim: is empty/,
  ],
  [
    'tokens from what is no field',
    { ...good, extractFrom: { headers: [{ name: 'a:b' }] } },
    /\.extractFrom\.headers\[0\]\.name: a:b is no name/,
  ],
]
for (const [name, provider, says] of refused) {
  test(`refused, with its place: ${name}`, () => {
    const problem = problemOf({ providers: [provider] })
    assert.match(problem ?? 'taken', says)
    assert.ok(problem?.startsWith(p))
  })
}

test('two providers of one name are refused', () => {
  assert.match(
    problemOf({ providers: [good, good] }) ?? 'taken',
    /^spec\.jwt\.providers\[1\]\.name: p is the name of another/,
  )
})

test('keys of a ConfigMap: under jwks, or else what comes first; wrong ones are refused at the reference', () => {
  const valueRef = { kind: 'ConfigMap', name: 'k' }
  const providers: Provider[] = [{ name: 'p', localJWKS: { type: 'ValueRef', valueRef } }]
  const holding = (data: Readonly<Record<string, string>>) =>
    policyScope({
      text(_ref, key, path) {
        const text = data[key ?? Object.keys(data)[0] ?? '']
        return text === undefined ? policyScope().refuse(path, 'has no such key') : ok(text)
      },
    })
  assert.equal(problemOf({ providers }, holding({ a: 'nonsense', jwks: keySet })), undefined)
  assert.equal(problemOf({ providers }, holding({ a: keySet })), undefined)
  assert.match(problemOf({ providers }, holding({ jwks: 'nonsense' })) ?? '', /providers\[0\]\.localJWKS\.valueRef: /)
})

test('what is left out, and who is let in without a token', () => {
  const outcome = jwt.translate({ jwt: { providers: [good] } }, policyScope())
  assert.ok(outcome.ok)
  const { kind, lets, providers } = outcome.value.nodes[0]!
  assert.deepEqual([kind, lets, providers[0]!.issuer, providers[0]!.audiences], ['jwt', 'verified', '', []])
  assert.deepEqual(providers[0]!.from, {
    headers: [{ name: 'authorization', prefix: 'Bearer ' }],
    params: ['access_token'],
    cookies: [],
  })
  const letsOf = (spec: Partial<Spec>) => {
    const made = jwt.translate({ jwt: { providers: [good], ...spec } }, policyScope())
    return made.ok && made.value.nodes[0]!.lets
  }
  assert.equal(letsOf({ optional: true }), 'missing')
  assert.equal(letsOf({ failOpen: true }), 'all')
})

test("settings of the keys' host: how long a fetch may take, and what is about connections", () => {
  const asked: unknown[] = []
  const scope = policyScope({
    backendSettings(written) {
      asked.push(written)
      return ok({ connectTimeoutMs: 1_000 })
    },
  })
  const settingsOf = (requestTimeout: string) => {
    const backendSettings = { timeout: { tcp: { connectTimeout: '1s' }, http: { requestTimeout } } }
    const remoteJWKS = { uri: 'https://issuer.test/keys', backendSettings }
    return jwt.translate({ jwt: { providers: [{ name: 'p', remoteJWKS }] } }, scope)
  }
  const outcome = settingsOf('2s')
  const keys = outcome.ok && outcome.value.nodes[0]!.providers[0]!.keys
  assert.equal(keys && keys.kind === 'remote' && keys.fetchMs, 2_000)
  assert.deepEqual(asked, [{ timeout: { tcp: { connectTimeout: '1s' }, http: {} } }])
  assert.equal(settingsOf('0s').ok, false)
})
