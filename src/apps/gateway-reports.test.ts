import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultClientSettings, emptySnapshot, type Listener, type Snapshot } from '#ir'
import { GatewayReports } from './gateway-reports.ts'

function listener(key: string, fields: Partial<Listener> = {}): Listener {
  const [namespace = '', name = ''] = key.split('/')
  return {
    key,
    gateway: `${namespace}/${name}`,
    origin: { kind: 'Gateway', namespace, name },
    addresses: [],
    port: 80,
    protocol: 'http',
    hostname: '',
    client: defaultClientSettings,
    ...fields,
  }
}

function snapshot(...listeners: readonly Listener[]): Snapshot {
  return { ...emptySnapshot, listeners }
}

function reports(): GatewayReports {
  const made = new GatewayReports(['127.0.0.1'])
  const object = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'g', namespace: 'a', generation: 3 },
  }
  made.note([{ kind: 'put', key: 'Gateway/a/g', object }])
  return made
}

test('listeners are reported by name, entries of ListenerSets by namespace, set and name', () => {
  const world = reports().world(
    snapshot(listener('a/g/http'), listener('a/g/team/apps/http'), listener('b/h/http')),
    [],
  )
  const report = world.gateways.get('a/g')
  assert.deepEqual(
    [...(report?.listeners ?? [])],
    [
      ['http', undefined],
      ['team/apps/http', undefined],
    ],
  )
  assert.equal(report?.generation, 3)
  assert.deepEqual(report.addresses, [{ type: 'IPAddress', value: '127.0.0.1' }])
  assert.equal(world.gateways.has('b/h'), false)
})

test('a socket that failed is the problem of its listener; one open address is enough', () => {
  const two = listener('a/g/two', { addresses: ['127.0.0.2', '127.0.0.3'] })
  const one = listener('a/g/team/apps/one', { addresses: ['127.0.0.2'], port: 81 })
  const failed = [
    { listener: two.key, address: '127.0.0.2', why: 'EADDRINUSE' },
    { listener: one.key, address: '127.0.0.2', why: 'EADDRINUSE' },
  ]
  const report = reports().world(snapshot(one, two), failed).gateways.get('a/g')
  assert.equal(report?.listeners.get('two'), undefined)
  assert.equal(report?.listeners.get('team/apps/one')?.reason, 'PortUnavailable')
  assert.deepEqual(report?.addresses, [{ type: 'IPAddress', value: '127.0.0.3' }])
})

test('a change that leaves listeners and sockets alone makes no new report', () => {
  const made = reports()
  const before = snapshot(listener('a/g/http'))
  const world = made.world(before, [])
  assert.equal(made.world({ ...before, routes: [] }, []), world)
  assert.notEqual(made.world(before, [{ listener: 'a/g/http', address: '127.0.0.1', why: 'EACCES' }]), world)
  assert.equal(made.world(before, []).gateways.get('a/g')?.listeners.get('http'), undefined)
})
