import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validateObject } from './validate.ts'

const JUNK: readonly unknown[] = [
  ...[null, '', 'x', '😀', '__proto__', 0, -1, 1.5, 2 ** 40, true, [], {}, [null], [[]], [{}], { a: null }],
  ...[JSON.parse('{"__proto__": {"x": 1}}'), { constructor: 1, toString: 2 }, ['a', 'a'], '('.repeat(300), Number.NaN],
]

const refs = { name: 's', port: 80, weight: 1, filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'a' } }] }
const SEEDS: readonly object[] = [
  {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'a', labels: { a: 'b' } } },
    spec: {
      parentRefs: [{ name: 'a', sectionName: 'b' }, { name: 'c' }],
      rules: [
        { name: 'r', matches: [{ path: { value: '/' }, headers: [{ name: 'a', value: 'b' }] }], backendRefs: [refs] },
      ],
    },
  },
  {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'a' } },
    spec: {
      gatewayClassName: 'c',
      addresses: [{ value: '1.1.1.1' }],
      listeners: [{ name: 'a', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c' }] } }],
    },
  },
  {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } },
    spec: { ports: [{ name: 'a', port: 1, targetPort: 'x' }], selector: { a: 'b' } },
  },
  {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'a' }, addressType: 'IPv4' },
    ...{ endpoints: [{ addresses: ['1.1.1.1'], conditions: { ready: true } }], ports: [{ name: 'a', port: 1 }] },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { a: 'eA==' }, stringData: { b: 'c' } },
]

/** The same steps every time: a failure can be repeated. */
function randomSteps(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A copy in which one value somewhere is junk. */
function spoil(value: unknown, next: (below: number) => number): unknown {
  if (typeof value !== 'object' || value === null || next(5) === 0) return JUNK[next(JUNK.length)]
  const keys = Object.keys(value)
  const key = keys[next(keys.length)]
  if (key === undefined) return JUNK[next(JUNK.length)]
  const copy = Object.assign(Array.isArray(value) ? [] : {}, value) as Record<string, unknown>
  copy[key] = spoil(copy[key], next)
  return copy
}

test('whatever stands in a manifest, the answer is a verdict and the input stays as it was', () => {
  const next = randomSteps(7)
  for (let round = 0; round < 5000; round += 1) {
    let input: unknown = SEEDS[round % SEEDS.length]
    for (let times = 1 + next(2); times > 0; times -= 1) input = spoil(input, next)
    const before = JSON.stringify(input)
    const outcome = validateObject(input)
    assert.equal(JSON.stringify(input), before)
    if (!outcome.ok) {
      for (const { message, reason } of outcome.problems) assert.ok(message !== '' && /^[A-Z]\w+$/.test(reason))
    }
  }
})
