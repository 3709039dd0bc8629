import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClientSettings, type Listener } from '#ir'
import { type PodFacts, PodReports } from './pod-reports.ts'

function listener(name: string, port = 80): Listener {
  return {
    key: `a/g/${name}`,
    gateway: 'a/g',
    origin: { kind: 'Gateway', namespace: 'a', name: 'g' },
    addresses: [],
    port,
    protocol: 'http',
    hostname: '',
    client: defaultClientSettings,
  }
}

function reports(generation = 1) {
  const made = new PodReports()
  const next = (to: number) => {
    const metadata = { name: 'g', namespace: 'a', generation: to }
    made.note([{ kind: 'put', key: 'Gateway/a/g', object: { apiVersion: 'v1', kind: 'Gateway', metadata } }])
  }
  next(generation)
  const read = (facts: Partial<PodFacts> = {}) => {
    const all = { addresses: [], hostNetwork: false, ...facts }
    const report = made.world(new Map([['a/g', all]]), []).gateways.get('a/g')!
    return { generation: report.generation, listeners: [...report.listeners].map(([name, why]) => [name, why?.reason]) }
  }
  return { made, next, read }
}

const serving = (version: number, proxies = 1) => ({ version, proxies, failed: [] })

test('a generation counts when every pod serves the version that it came with', () => {
  const { made, next, read } = reports()
  made.publish('a/g', [listener('http')], 3)
  assert.equal(read().generation, -1)
  made.heard('a/g', serving(2))
  assert.equal(read().generation, -1)
  made.heard('a/g', serving(3))
  assert.deepEqual(read(), { generation: 1, listeners: [['http', undefined]] })
  next(2)
  made.publish('a/g', [listener('http'), listener('more', 81)], 4)
  assert.deepEqual(read(), { generation: 1, listeners: [['http', undefined]] })
  made.heard('a/g', serving(4))
  assert.deepEqual(read(), {
    generation: 2,
    listeners: [
      ['http', undefined],
      ['more', undefined],
    ],
  })
})

test('routes that change all the time do not keep a generation waiting', () => {
  const { made, read } = reports()
  made.publish('a/g', [listener('http')], 1)
  for (const version of [2, 3, 4]) made.publish('a/g', [listener('http')], version)
  made.heard('a/g', serving(2))
  assert.equal(read().generation, 1)
})

test('when the pods are away what they served stays', () => {
  const { made, read } = reports()
  made.publish('a/g', [listener('http')], 1)
  made.heard('a/g', serving(1))
  made.heard('a/g', serving(0, 0))
  assert.equal(read().generation, 1)
})

test('what is written in statuses is believed, until pods say more', () => {
  const { made, read } = reports(5)
  made.publish('a/g', [listener('http'), listener('team/set/new', 81)], 1)
  made.believe('a/g', { generation: () => 5, isProgrammed: (_, name) => name === 'http' })
  assert.deepEqual(read(), { generation: 5, listeners: [['http', undefined]] })
  made.heard('a/g', serving(1))
  assert.equal(read().listeners.length, 2)
})

test('a port that no pod can open, or that the node keeps to itself, is the problem of its listener', () => {
  const { made, read } = reports()
  made.publish('a/g', [listener('low'), listener('high', 8080)], 1)
  const failed = [{ listener: 'a/g/high', address: '::', why: 'EADDRINUSE' }]
  made.heard('a/g', { version: 1, proxies: 2, failed })
  assert.deepEqual(read().listeners, [
    ['low', undefined],
    ['high', 'PortUnavailable'],
  ])
  assert.deepEqual(read({ hostNetwork: true }).listeners, [
    ['low', 'PortUnavailable'],
    ['high', 'PortUnavailable'],
  ])
})

test('while nothing is new the report is the same object: nobody has to look at it', () => {
  const made = new PodReports()
  const facts = () =>
    new Map([['a/g', { addresses: [{ type: 'IPAddress' as const, value: '192.0.2.1' }], hostNetwork: false }]])
  const read = () => made.world(facts(), []).gateways.get('a/g')
  made.publish('a/g', [listener('http')], 1)
  made.heard('a/g', serving(1))
  const first = read()
  assert.equal(read(), first)
  made.heard('a/g', serving(2))
  assert.equal(read(), first)
  made.heard('a/g', { version: 3, proxies: 1, failed: [{ listener: 'a/g/http', address: '::', why: 'EACCES' }] })
  assert.notEqual(read(), first)
})
