import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditions, gatewayClass, put, translator } from './objects.fixture.ts'

test('GatewayClass: SupportedVersion follows the CRDs of the cluster, and Accepted does not depend on it', () => {
  const { apply } = translator()
  const world = (...crdVersions: string[]) => ({ gateways: new Map(), crdVersions })
  const classOf = ({ statuses }: ReturnType<typeof apply>) => {
    const status = statuses.get('GatewayClass//headgate')
    return conditions(status?.kind === 'GatewayClass' ? status.conditions : undefined)
  }
  const supported = { Accepted: 'True Accepted', SupportedVersion: 'True SupportedVersion' }
  const unsupported = { Accepted: 'True Accepted', SupportedVersion: 'False UnsupportedVersion' }
  assert.deepEqual(classOf(apply(put(gatewayClass()))), supported, 'no cluster')
  assert.deepEqual(classOf(apply([], world('v1.6.1', 'v1.6.1'))), supported)
  assert.deepEqual(classOf(apply([], world('v1.6.1', 'v1.7.0'))), unsupported)
  assert.deepEqual(classOf(apply([], world(''))), unsupported, 'a CRD without the annotation')
  assert.deepEqual(classOf(apply([], world('v1.4.0'))), supported)
})
