import assert from 'node:assert/strict'
import { get } from 'node:http'
import { type TestContext, test } from 'node:test'
import { type HeadgateProcess, startHeadgate } from '../headgate-process.ts'
import { installEnvoy } from './install-envoy.ts'

function gateway(port: number, addresses: readonly { readonly type?: string; readonly value?: string }[]): string {
  const spec = { gatewayClassName: 'headgate', addresses, listeners: [{ name: 'http', port, protocol: 'HTTP' }] }
  return JSON.stringify({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gw' },
    spec,
  })
}

async function start(
  t: TestContext,
  ...addresses: readonly { readonly type?: string; readonly value?: string }[]
): Promise<HeadgateProcess> {
  const headgate = await startHeadgate(
    (port) => ({ 'gateway.json': gateway(port, addresses) }),
    ['--plane', 'envoy', '--envoy', await installEnvoy(), '--workers', '1'],
  )
  t.after(() => headgate.stop())
  return headgate
}

/** The status that a listener without routes answers with; undefined: nobody listens. */
function ask(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    get({ host, port, agent: false }, (response) => resolve(response.resume().statusCode)).on('error', () =>
      resolve(undefined),
    )
  })
}

test('GatewayStaticAddresses: Envoy listens at the addresses of the Gateway alone', async (t) => {
  const headgate = await start(t, { type: 'IPAddress', value: '127.0.0.44' })
  await headgate.logged(/Gateway default\/gw: Accepted Programmed/)
  assert.equal(await ask('127.0.0.44', headgate.port), 404)
  assert.equal(await ask('127.0.0.1', headgate.port), undefined)
})

test('GatewayAddressEmpty: an address without a value is the one that Envoy is given anyway', async (t) => {
  const headgate = await start(t, { type: 'IPAddress' })
  await headgate.logged(/Gateway default\/gw: Accepted Programmed/)
  assert.equal(await ask('127.0.0.1', headgate.port), 404)
})
