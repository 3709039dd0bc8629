import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  gateway,
  gatewayClass,
  gatewayOf,
  httpRoute,
  listener,
  put,
  remove,
  rule,
  translator,
} from './objects.fixture.ts'

const first = gateway('first', [listener()], { defaultScope: 'All' })
const second = gateway('second', [listener({ port: 81 })], { defaultScope: 'All' })
const asks = httpRoute('asks', [], [rule()], { useDefaultGateways: 'All' })

function parents(statuses: ReturnType<ReturnType<typeof translator>['apply']>['statuses']): readonly string[] {
  const status = statuses.get('HTTPRoute/default/asks')
  return status?.kind === 'Route' ? status.parents.map(({ parentRef }) => parentRef.name) : []
}

test('routes follow the set of default Gateways', () => {
  const { apply } = translator()
  assert.deepEqual(
    parents(apply(put(gatewayClass(), asks)).statuses),
    [],
    'without default Gateways nobody asked for them',
  )
  assert.deepEqual(parents(apply(put(second)).statuses), ['second'])
  assert.deepEqual(parents(apply(put(first)).statuses), ['first', 'second'])
  const { statuses, snapshot } = apply(remove(second))
  assert.deepEqual(parents(statuses), ['first'])
  assert.deepEqual(
    snapshot.routes.map(({ listener: key }) => key),
    ['default/first/http'],
  )
  assert.deepEqual(parents(apply(put(gateway('first', [listener()]))).statuses), [])
})

test('a default Gateway says so, another says nothing', () => {
  const translation = translator().apply(put(gatewayClass(), first, gateway('plain', [listener({ port: 82 })])))
  assert.equal(gatewayOf(translation, 'default/first')!.conditions.DefaultGateway, 'True DefaultGateway')
  assert.equal(gatewayOf(translation, 'default/plain')!.conditions.DefaultGateway, undefined)
})

test('what data planes are made from is told beside the snapshot, and follows changes', () => {
  const infrastructure = { labels: { team: 'shop' }, annotations: { note: 'x' } }
  const { apply } = translator()
  const addresses = [{ type: 'IPAddress' }, { type: 'IPAddress', value: '192.0.2.1' }]
  const before = apply(put(gatewayClass(), gateway('gw', [listener()], { infrastructure, addresses })))
  assert.deepEqual(before.gateways.get('default/gw'), {
    ...infrastructure,
    addresses: ['192.0.2.1'],
    className: 'headgate',
    parameters: {},
    ports: [{ port: 80, transport: 'tcp' }],
    isRefused: false,
  })
  const after = apply(put(gateway('gw', [listener()], { infrastructure: { labels: {} }, addresses })))
  assert.deepEqual(after.gateways.get('default/gw')?.labels, {})
  assert.equal(after.delta.version, before.delta.version, 'planes have nothing to do')
  assert.equal(apply(remove(gateway('gw', []))).gateways.size, 0)
})
