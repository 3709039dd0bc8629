import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { type Snapshot, wholeDelta } from '#ir'
import { Secret } from '#kit/secret.ts'
import { freePort } from '../../../test/free-port.ts'
import { listener, snapshotOf } from '../plane.fixture.ts'
import { wild } from '../tls/certificates.fixture.ts'
import { WorkerFleet } from './fleet.ts'

/** Two listeners on one port; one lets in so many. */
function snapshotOn(port: number, limit: number): Snapshot {
  const tls = { mode: 'terminate', certificates: ['default/wild'] } as const
  const https = (hostname: string, maxListenerConnections?: number) => ({
    ...listener(port, {
      protocol: 'https',
      hostname,
      tls,
      client: { ...(maxListenerConnections !== undefined && { maxListenerConnections }) },
    }),
    key: `default/gw/${hostname}`,
  })
  const certificate = { key: 'default/wild', chain: wild.chain, privateKey: new Secret(wild.key), names: ['*.test'] }
  return { ...snapshotOf([https('a.test', limit), https('b.test')], [], {}), certificates: [certificate] }
}

/** @returns undefined: the connection was closed before its handshake was over */
function shake(port: number, servername: string): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false })
    socket.on('error', () => {})
    socket.once('secureConnect', () => resolve(socket))
    socket.once('close', () => resolve(undefined))
  })
}

test('connections of a listener are counted over all workers, and its neighbours are not', async () => {
  const port = await freePort()
  const fleet = new WorkerFleet({
    entry: new URL('./fleet.fixture.ts', import.meta.url),
    workers: 2,
    bind: ['127.0.0.1'],
    onLog: () => {},
    onProblem: () => {},
  })
  const open: TLSSocket[] = []
  try {
    const snapshot = snapshotOn(port, 5)
    await fleet.apply(wholeDelta(snapshot), snapshot)
    // Enough for both workers to get some.
    for (let i = 0; i < 20; i++) {
      const socket = await shake(port, 'a.test')
      if (socket) open.push(socket)
    }
    assert.equal(open.length, 5)
    for (let i = 0; i < 6; i++) {
      const socket = await shake(port, 'b.test')
      assert.ok(socket)
      open.push(socket)
    }
    open.shift()?.destroy()
    // The place is free as soon as its worker has heard of it.
    for (let again: TLSSocket | undefined; !again; ) {
      again = await shake(port, 'a.test')
      if (again) open.push(again)
    }
    assert.equal(await shake(port, 'a.test'), undefined)
  } finally {
    for (const socket of open) socket.destroy()
    await fleet.stop()
  }
})
