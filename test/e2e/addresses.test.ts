import assert from 'node:assert/strict'
import { get } from 'node:http'
import { after, test } from 'node:test'
import { type KubeObject, type ObjectChange, objectKey, validateObject } from '#api'
import { defaultClientSettings } from '#ir'
import type { Status } from '#translate'
import { Standalone } from '../../src/apps/standalone.ts'
import { translatorFor } from '../../src/apps/wiring.ts'
import { freePort, type HeadgateProcess, startHeadgate } from './headgate-process.ts'

const closers: (() => unknown)[] = []
after(async () => {
  for (const close of closers.reverse()) await close()
})

interface Address {
  readonly type?: string
  readonly value?: string
}

function gateway(port: number, addresses: readonly Address[]): KubeObject {
  const spec = { gatewayClassName: 'headgate', addresses, listeners: [{ name: 'http', port, protocol: 'HTTP' }] }
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'gw' }, spec }
}

/** The status that a listener without routes answers with; undefined: nobody listens. */
function ask(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    get({ host, port, agent: false }, (response) => resolve(response.resume().statusCode)).on('error', () =>
      resolve(undefined),
    )
  })
}

/** What the log says after the file has changed. */
async function change(headgate: HeadgateProcess, addresses: readonly Address[], says: RegExp): Promise<void> {
  const start = headgate.log().length
  headgate.write('gateway.json', JSON.stringify(gateway(headgate.port, addresses)))
  const until = Date.now() + 60_000
  while (!says.test(headgate.log().slice(start))) {
    assert.ok(Date.now() < until, `never said ${says}:\n${headgate.log()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('row 45: addresses of the wrong type, unusable ones and usable ones each have their state, and mending is enough', async () => {
  const invalid = { type: 'test.example/fancy', value: 'x' }
  const unusable = { type: 'IPAddress', value: '192.0.2.1' }
  const usable = { type: 'IPAddress', value: '127.0.0.43' }
  const headgate = await startHeadgate((port) => ({
    'gateway.json': JSON.stringify(gateway(port, [invalid, unusable, usable])),
  }))
  closers.push(() => headgate.stop())
  await headgate.logged(/status Gateway default\/gw: .*Accepted=False UnsupportedAddress/)
  assert.equal(await ask('127.0.0.43', headgate.port), undefined)

  await change(
    headgate,
    [unusable, usable],
    /Gateway default\/gw: Accepted .*Programmed=False AddressNotUsable.*192\.0\.2\.1/,
  )
  assert.equal(await ask('127.0.0.43', headgate.port), 404, 'what can be served is served')

  await change(headgate, [usable], /Gateway default\/gw: Accepted Programmed/)
  assert.equal(await ask('127.0.0.43', headgate.port), 404)
  assert.equal(await ask('127.0.0.1', headgate.port), undefined, 'no other address is bound')

  await change(headgate, [unusable], /Programmed=False AddressNotUsable/)
  assert.equal(await ask('127.0.0.43', headgate.port), undefined)
  await change(headgate, [], /Gateway default\/gw: Accepted Programmed/)
  assert.equal(await ask('127.0.0.1', headgate.port), 404)
})

/** The program's parts without the program: what it says about addresses goes into statuses, not into the log. */
async function serve(...objects: readonly KubeObject[]): Promise<Map<string, Status>> {
  const statuses = new Map<string, Status>()
  const bind = ['127.0.0.1']
  const standalone = new Standalone({
    translator: translatorFor({
      controllerName: 'test.example/c',
      client: defaultClientSettings,
      defaultAddresses: bind,
    }),
    workers: 1,
    bind,
    accessLog: undefined,
    onLog: () => {},
    onProblem: () => {},
    onStatuses: (changes) => {
      for (const { key, status } of changes) if (status) statuses.set(key, status)
    },
  })
  closers.push(() => standalone.stop())
  const gatewayClass = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'headgate' },
    spec: { controllerName: 'test.example/c' },
  }
  await standalone.apply([gatewayClass, ...objects].map(put))
  return statuses
}

function put(written: KubeObject): ObjectChange {
  const valid = validateObject(written)
  assert.ok(valid.ok, 'the object is not valid')
  const object = valid.value
  return { kind: 'put', key: objectKey(object.kind, object.metadata.namespace ?? '', object.metadata.name), object }
}

function addressesOf(statuses: Map<string, Status>): readonly string[] {
  const status = statuses.get('Gateway/default/gw')
  assert.equal(status?.kind, 'Gateway')
  assert.equal(status.conditions.find(({ type }) => type === 'Programmed')?.status, 'True')
  return status.addresses.map(({ type, value }) => `${type} ${value}`)
}

test('GatewayStaticAddresses: the status has the addresses that were asked for, and no others', async () => {
  const port = await freePort()
  const addresses = ['127.0.0.41', '127.0.0.42'].map((value) => ({ type: 'IPAddress', value }))
  assert.deepEqual(addressesOf(await serve(gateway(port, addresses))), ['IPAddress 127.0.0.41', 'IPAddress 127.0.0.42'])
  assert.equal(await ask('127.0.0.42', port), 404)
})

test('GatewayAddressEmpty: an address without a value is the default of the program', async () => {
  const port = await freePort()
  assert.deepEqual(addressesOf(await serve(gateway(port, [{ type: 'IPAddress' }]))), ['IPAddress 127.0.0.1'])
  assert.equal(await ask('127.0.0.1', port), 404)
})

test('GatewayAddressEmpty: beside a named one it adds the default', async () => {
  const port = await freePort()
  const addresses = [{ type: 'IPAddress', value: '127.0.0.44' }, { type: 'IPAddress' }]
  assert.deepEqual(addressesOf(await serve(gateway(port, addresses))), ['IPAddress 127.0.0.1', 'IPAddress 127.0.0.44'])
  assert.equal(await ask('127.0.0.44', port), 404)
  assert.equal(await ask('127.0.0.1', port), 404)
})
