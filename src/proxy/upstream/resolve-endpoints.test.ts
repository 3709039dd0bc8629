import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Backend, type EndpointSet, type NameLookup, noChange, type SnapshotDelta } from '#ir'
import { EndpointResolver, type Resolution } from './resolve-endpoints.ts'

const plain: Backend = {
  key: 'a',
  origin: { kind: 'Backend', namespace: 'default', name: 'a' },
  port: 80,
  protocol: 'http1',
  connectTimeoutMs: 1_000,
}
const named: EndpointSet = { backend: 'a', endpoints: [{ kind: 'dns', host: 'a.test', port: 80 }] }
const both: Resolution = { addresses: ['2001:db8::1', '10.0.0.2', '10.0.0.1'], ttlMs: 60_000 }

/** @param answers one after the other; the last one again and again */
function start(t: TestContext, ...answers: readonly (Resolution | Error)[]) {
  const asked: string[] = []
  const complaints: string[] = []
  const changes: string[][] = []
  const resolver = new EndpointResolver(
    (sets) => changes.push(sets.flatMap(addressesOf)),
    (message) => complaints.push(message),
    async (host) => {
      asked.push(host)
      const answer = answers[Math.min(asked.length, answers.length) - 1]!
      if (answer instanceof Error) throw answer
      return answer
    },
  )
  t.after(() => resolver.close())
  return { resolver, asked, complaints, changes }
}

function putting(lookup?: NameLookup, sets: readonly EndpointSet[] = [named]): SnapshotDelta {
  return {
    ...noChange,
    backends: { put: [{ ...plain, ...(lookup && { lookup }) }], delete: [] },
    endpoints: { put: sets, delete: [] },
  }
}

function addressesOf({ endpoints }: EndpointSet): string[] {
  return endpoints.map((endpoint) => (endpoint.kind === 'ip' ? endpoint.address : endpoint.kind))
}

test('a name becomes its addresses, of the family that is asked for', async (t) => {
  for (const [family, addresses] of [
    [undefined, ['10.0.0.1', '10.0.0.2', '2001:db8::1']],
    ['all', ['10.0.0.1', '10.0.0.2', '2001:db8::1']],
    ['v4', ['10.0.0.1', '10.0.0.2']],
    ['v6', ['2001:db8::1']],
    ['v4Preferred', ['10.0.0.1', '10.0.0.2']],
    ['v6Preferred', ['2001:db8::1']],
  ] as const) {
    const { resolver } = start(t, both)
    const { endpoints } = await resolver.delta(putting(family && { family }))
    assert.deepEqual(endpoints.put.flatMap(addressesOf), addresses, String(family))
  }
  const { resolver } = start(t, { addresses: ['10.0.0.1'] })
  const { endpoints } = await resolver.delta(putting({ family: 'v6Preferred' }))
  assert.deepEqual(endpoints.put.flatMap(addressesOf), ['10.0.0.1'])
})

test('a name without an address of the family is as one that is not known', async (t) => {
  const { resolver, complaints } = start(t, { addresses: ['10.0.0.1'] })
  const { endpoints } = await resolver.delta(putting({ family: 'v6' }))
  assert.deepEqual(endpoints.put.flatMap(addressesOf), [])
  assert.match(complaints.join(), /^a\.test can't be resolved: it has no address of the family/)
})

test('asked again by the TTL, or by the clock where the policy says so', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const turn = async (ms: number) => {
    t.mock.timers.tick(ms)
    await settle()
  }
  const byTtl = start(t, { addresses: ['10.0.0.1'], ttlMs: 3_000 }, { addresses: ['10.0.0.2'], ttlMs: 3_000 })
  await byTtl.resolver.delta(putting({ refreshMs: 500 }))
  await turn(2_999)
  assert.equal(byTtl.asked.length, 1)
  await turn(1)
  assert.deepEqual([byTtl.asked.length, byTtl.changes.at(-1)], [2, ['10.0.0.2']])
  const byClock = start(t, { addresses: ['10.0.0.1'], ttlMs: 3_000 })
  await byClock.resolver.delta(putting({ refreshMs: 500, byTtl: false }))
  await turn(500)
  assert.equal(byClock.asked.length, 2)
  const withoutTtl = start(t, { addresses: ['10.0.0.1'] })
  await withoutTtl.resolver.delta(putting({ refreshMs: 700 }))
  await turn(700)
  assert.equal(withoutTtl.asked.length, 2)
})

test('a policy that changes alone has the names looked up anew', async (t) => {
  const { resolver } = start(t, both)
  await resolver.delta(putting())
  const changed = await resolver.delta(putting({ family: 'v6' }, []))
  assert.deepEqual(changed.endpoints.put.flatMap(addressesOf), ['2001:db8::1'])
  const back = await resolver.delta(putting(undefined, []))
  assert.equal(back.endpoints.put.flatMap(addressesOf).length, 3)
  assert.deepEqual((await resolver.delta(putting(undefined, []))).endpoints.put, [])
})

test('a name that cannot be resolved any more keeps its addresses', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { resolver, complaints, changes } = start(t, { addresses: ['10.0.0.1'], ttlMs: 1_000 }, new Error('SERVFAIL'))
  await resolver.delta(putting())
  t.mock.timers.tick(1_000)
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([complaints.length, changes.at(-1)], [1, ['10.0.0.1']])
  const { endpoints } = await resolver.delta({ ...noChange, endpoints: { put: [named], delete: [] } })
  assert.deepEqual(endpoints.put.flatMap(addressesOf), ['10.0.0.1'])
})
