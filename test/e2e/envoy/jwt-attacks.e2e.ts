import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { KubeObject } from '#api'
import { attacks, goodTokens } from '../../../src/features/jwt/attacks.fixture.ts'
import { keySet } from '../../../src/features/jwt/tokens.fixture.ts'
import { describeResponse, type Sight } from '../../differential/compare.ts'
import { TwoPlanes } from '../../differential/two-planes.ts'
import { installEnvoy } from './install-envoy.ts'

const modes = { strict: {}, optional: { optional: true }, open: { failOpen: true } } as const
type Mode = keyof typeof modes

const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'r', namespace: 'default' },
  spec: {
    parentRefs: [{ name: 'gw' }],
    rules: Object.keys(modes).map((name) => ({
      name,
      matches: [{ path: { value: `/${name}` } }],
      backendRefs: [{ name: 'a', port: 80 }],
    })),
  },
} as KubeObject

function policy(name: string, more: object): KubeObject {
  const provider = {
    name: 'p',
    issuer: 'i',
    audiences: ['a'],
    localJWKS: { type: 'Inline', inline: keySet },
    claimToHeaders: [{ header: 'x-sub', claim: 'sub' }],
    extractFrom: { headers: [{ name: 'Authorization', valuePrefix: 'Bearer ' }], params: ['t'], cookies: ['c'] },
  }
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'SecurityPolicy',
    metadata: { name, namespace: 'default' },
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'r', sectionName: name }],
      jwt: { ...more, providers: [provider] },
    },
  } as KubeObject
}

/** Where a token stands in a request. */
const places = {
  field: (token: string) => ({ query: '', headers: { authorization: `Bearer ${token}` } }),
  parameter: (token: string) => ({ query: `?t=${encodeURIComponent(token)}`, headers: {} }),
  cookie: (token: string) => ({ query: '', headers: { cookie: `c=${token}` } }),
} as const
type Place = keyof typeof places

const verified: readonly Mode[] = ['strict', 'optional']

/** Other answers on Envoy than on the embedded plane, by the heading of docs/differences.md. */
const others: Readonly<Record<string, readonly string[]>> = {
  'Tokens that Envoy would believe': [
    ...['crit unknown', 'crit b64', 'crit empty', 'b64 without crit', 'exp 0', 'exp below 1'],
  ],
  // 431 for 414.
  Limits: ['huge', 'deep nesting'],
}
const isKnown = (name: string) => Object.values(others).some((names) => names.includes(name))

describe('tokens on both planes', { concurrency: false }, () => {
  let planes: TwoPlanes
  before(async () => {
    planes = await TwoPlanes.start(await installEnvoy())
    await planes.serve([route, ...Object.entries(modes).map(([name, more]) => policy(name, more))])
  })
  after(() => planes?.close())

  async function ask(mode: Mode, place: Place, token: string): Promise<readonly Sight[]> {
    const { query, headers } = places[place](token)
    const path = `/${mode}${query}`
    const answers = await planes.answers({ method: 'GET', host: 'a.test', path, headers, body: '', protocol: 'h1' })
    return answers.map(describeResponse)
  }

  for (const [name, token] of Object.entries(attacks))
    for (const place of Object.keys(places) as Place[])
      test(`refused: ${name}, in a ${place}`, async () => {
        // Blanks at the end of a field are none of its value, so that there is no token.
        const isMissing = name === 'empty' && place === 'field'
        for (const mode of verified.filter((one) => one === 'strict' || !isMissing)) {
          const sights = await ask(mode, place, token)
          for (const { answer, backend } of sights) {
            assert.ok(['401', '403', '414', '431'].includes(answer ?? ''), `${mode}: ${answer}`)
            assert.equal(backend, 'none', `${mode}: the backend was asked`)
          }
          if (!isKnown(name)) assert.equal(sights[1]?.answer, sights[0]?.answer, `Envoy: ${mode}`)
        }
        for (const sight of await ask('open', place, token)) assert.equal(sight['request x-sub'], undefined)
      })
  for (const [name, token] of Object.entries(goodTokens))
    for (const place of Object.keys(places) as Place[])
      test(`believed: ${name}, in a ${place}`, async () => {
        for (const mode of [...verified, 'open'] as const)
          for (const sight of await ask(mode, place, token))
            assert.equal(sight['request x-sub'], 'ann', JSON.stringify(sight))
      })
})
