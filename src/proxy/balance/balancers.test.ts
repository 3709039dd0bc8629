import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Balance } from '#ir'
import type { Asker, Balancer, Candidate } from './balancer.ts'
import { createBalancer } from './create-balancer.ts'
import { buildMaglevTable } from './maglev.ts'

/** The same lots in every run. */
function lots(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x80000000
  }
}

function endpoint(key: string, load = 0, share = 1): Candidate {
  return { key, load, share: () => share }
}

function asker(fields: Partial<Record<'header' | 'query' | 'cookie', string>> & { sourceIp?: string } = {}): Asker {
  const { sourceIp = '192.0.2.1', header, query, cookie } = fields
  return { sourceIp, header: () => header, query: () => query, cookie: () => cookie }
}

function count(balancer: Balancer, times: number, from = asker(), usable: (index: number) => boolean = () => true) {
  const counts: Record<number, number> = {}
  for (let i = 0; i < times; i++) {
    const index = balancer.pick(from, usable)
    counts[index] = (counts[index] ?? 0) + 1
  }
  return counts
}

const hash = (key: (Balance['by'] & { kind: 'consistentHash' })['key']): Balance => ({
  by: { kind: 'consistentHash', key, tableSize: 251 },
})
const all: Record<string, Balance> = {
  roundRobin: { by: { kind: 'roundRobin' } },
  'roundRobin that starts slowly': { by: { kind: 'roundRobin' }, slowStartMs: 1_000 },
  leastRequest: { by: { kind: 'leastRequest' } },
  random: { by: { kind: 'random' } },
  consistentHash: hash([{ kind: 'sourceIp' }]),
  'consistentHash of nothing': hash([{ kind: 'header', name: 'x' }]),
}

for (const [name, balance] of Object.entries(all)) {
  suite(`contract of balancers: ${name}`, () => {
    const play = (count: number) => {
      const balancer = createBalancer(balance, lots())
      balancer.update(Array.from({ length: count }, (_, i) => endpoint(`10.0.0.${i}:80`)))
      return balancer
    }

    test('nobody there, nobody usable: -1', () => {
      assert.equal(
        play(0).pick(asker(), () => true),
        -1,
      )
      assert.equal(
        createBalancer(balance, lots()).pick(asker(), () => true),
        -1,
      )
      assert.equal(
        play(3).pick(asker(), () => false),
        -1,
      )
    })

    test('only usable ones', () => {
      assert.deepEqual(
        count(play(5), 50, asker(), (index) => index === 3),
        { 3: 50 },
      )
    })

    test('without an asker too', () => {
      const index = play(3).pick(undefined, () => true)
      assert.ok(index >= 0 && index < 3)
    })

    test('all get their part', () => {
      const balancer = play(4)
      const counts: Record<number, number> = {}
      for (let i = 0; i < 4_000; i++) {
        const index = balancer.pick(asker({ sourceIp: `192.0.2.${i}` }), () => true)
        counts[index] = (counts[index] ?? 0) + 1
      }
      for (let index = 0; index < 4; index++)
        assert.ok(counts[index]! > 850 && counts[index]! < 1_150, JSON.stringify(counts))
    })
  })
}

test('round robin takes turns', () => {
  const balancer = createBalancer(undefined, lots())
  balancer.update([endpoint('a'), endpoint('b'), endpoint('c')])
  assert.deepEqual(count(balancer, 9), { 0: 3, 1: 3, 2: 3 })
})

test('least request: of two, the one with less to do; with more endpoints the busiest gets the least', () => {
  const two = createBalancer({ by: { kind: 'leastRequest' } }, lots())
  two.update([endpoint('a', 5), endpoint('b', 4)])
  assert.deepEqual(count(two, 20), { 1: 20 })
  const four = createBalancer({ by: { kind: 'leastRequest' } }, lots())
  four.update([endpoint('a', 9), endpoint('b', 0), endpoint('c', 1), endpoint('d', 2)])
  const counts = count(four, 1_000)
  assert.equal(counts[0], undefined, 'it loses against each other one')
  assert.ok(counts[1]! > counts[2]! && counts[2]! > counts[3]!, JSON.stringify(counts))
})

for (const kind of ['roundRobin', 'leastRequest'] as const) {
  test(`${kind}: a new endpoint starts slowly`, () => {
    const balancer = createBalancer({ by: { kind }, slowStartMs: 1_000 }, lots())
    balancer.update([endpoint('old'), endpoint('older'), endpoint('new', 0, 0.1)])
    const counts = count(balancer, 3_000)
    assert.ok((counts[2] ?? 0) < 200, JSON.stringify(counts))
    balancer.update([endpoint('new', 0, 0.1)])
    assert.deepEqual(count(balancer, 5), { 0: 5 }, 'alone it takes all')
  })
}

test('consistent hash: the same key to the same endpoint, whatever part it is made of', () => {
  for (const [kind, from] of [
    ['sourceIp', { sourceIp: '192.0.2.7' }],
    ['header', { header: 'v' }],
    ['query', { query: 'v' }],
    ['cookie', { cookie: 'v' }],
  ] as const) {
    const key =
      kind === 'sourceIp' ? { kind } : kind === 'cookie' ? { kind, name: 'x', attributes: [] } : { kind, name: 'x' }
    const balancer = createBalancer(hash([key]), lots())
    balancer.update([endpoint('a'), endpoint('b'), endpoint('c'), endpoint('d')])
    assert.equal(Object.keys(count(balancer, 20, asker(from))).length, 1, kind)
  }
})

test('consistent hash: the order of endpoints does not matter, and those of one that left are the only ones that move', () => {
  const names = Array.from({ length: 10 }, (_, i) => `10.0.0.${i}:80`)
  const where = (endpoints: string[], usable: (name: string) => boolean = () => true) => {
    const balancer = createBalancer(hash([{ kind: 'header', name: 'x' }]), lots())
    balancer.update(endpoints.map((name) => endpoint(name)))
    return Array.from({ length: 1_000 }, (_, i) => {
      const index = balancer.pick(asker({ header: `user-${i}` }), (index) => usable(endpoints[index]!))
      return endpoints[index]!
    })
  }
  const before = where(names)
  assert.deepEqual(where([...names].reverse()), before)
  const left = names[4]!
  const unwell = where(names, (name) => name !== left)
  for (const [i, name] of before.entries()) if (name !== left) assert.equal(unwell[i], name)
  const after = where(names.filter((name) => name !== left))
  const moved = before.filter((name, i) => name !== left && after[i] !== name).length
  assert.ok(moved < 100, `${moved} of 900 keys moved that need not`)
})

test('Maglev gives every name nearly the same number of entries', () => {
  const names = Array.from({ length: 7 }, (_, i) => `name-${i}`)
  const table = buildMaglevTable(names, 65_537)
  const counts = new Map<number, number>()
  for (const index of table) counts.set(index, (counts.get(index) ?? 0) + 1)
  assert.equal(counts.size, 7)
  for (const size of counts.values()) assert.ok(Math.abs(size - 65_537 / 7) < 2)
})
