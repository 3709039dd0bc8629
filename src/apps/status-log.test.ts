import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObjectKey } from '#api'
import type { GatewayStatus } from '#translate'
import { StatusLog } from './status-log.ts'

const key = 'Gateway/a/gw' as ObjectKey
const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '', observedGeneration: 1 } as const

function status(attachedRoutes: number): GatewayStatus {
  const listener = { name: 'http', supportedKinds: [], attachedRoutes, conditions: [accepted] }
  return { kind: 'Gateway', conditions: [accepted], addresses: [], listeners: [listener], attachedListenerSets: 0 }
}

test('lines that say the same as before are not said again', () => {
  const said: string[] = []
  const log = new StatusLog((line) => said.push(line))
  for (const change of [status(0), status(1), undefined, status(1)]) log.note([{ key, status: change }])
  assert.deepEqual(said, [
    'status Gateway a/gw: Accepted',
    'status Gateway a/gw listener http: 0 routes of no kind; Accepted',
    'status Gateway a/gw listener http: 1 route of no kind; Accepted',
    'status Gateway a/gw: gone',
    'status Gateway a/gw: Accepted',
    'status Gateway a/gw listener http: 1 route of no kind; Accepted',
  ])
})
