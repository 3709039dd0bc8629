import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend } from '#ir'
import type { RequestHead } from '../message.ts'
import { SharedSlots } from '../shared/slots.ts'
import type {
  ClientConnection,
  ClientConnectionEvents,
  ClientStream,
  ClientStreamHandler,
  ConnectionInfo,
} from '../stream.ts'
import { BackendPool } from './backend-pool.ts'
import type { Connect } from './connect.ts'
import type { ClientPlace } from './proxy-header.ts'

const plain: Backend = {
  key: 'a',
  origin: { kind: 'Service', namespace: 'default', name: 'a' },
  port: 80,
  protocol: 'http1',
  connectTimeoutMs: 1_000,
}
const client: ConnectionInfo = {
  remoteAddress: '192.0.2.1',
  remotePort: 1_000,
  localAddress: '198.51.100.1',
  localPort: 80,
  tls: false,
  sni: '',
  protocol: 'http/1.1',
}
const head = { method: 'GET' } as RequestHead
const handler = {} as ClientStreamHandler

/** One request at a time, as with HTTP/1.1. */
class Connection implements ClientConnection {
  readonly protocol: Backend['protocol']
  readonly from: ClientPlace | undefined
  readonly #events: ClientConnectionEvents
  active = 0
  draining = false

  constructor(protocol: Backend['protocol'], events: ClientConnectionEvents, from: ClientPlace | undefined) {
    this.protocol = protocol
    this.#events = events
    this.from = from
  }

  get capacity(): number {
    return this.draining ? 0 : 1 - this.active
  }

  open(): ClientStream {
    this.active = 1
    return {} as ClientStream
  }

  /** The request in flight is answered. */
  answer(): void {
    this.active = 0
    if (this.draining) this.#events.onClose(this)
    else this.#events.onCapacity(this)
  }

  drain(): void {
    if (this.draining) return
    this.draining = true
    if (this.active === 0) this.#events.onClose(this)
  }

  destroy(): void {}
}

/** A backend with one endpoint, whose connections open at once. */
function serve(fields: Partial<Backend>) {
  const opened: Connection[] = []
  const connect: Connect = ({ protocol }, _endpoint, events, done, from) => {
    const connection = new Connection(protocol, events, from)
    opened.push(connection)
    queueMicrotask(() => done(connection))
  }
  const pool = new BackendPool({ ...plain, ...fields }, { connect, random: () => 0, slots: SharedSlots.alone() })
  pool.setEndpoints([{ kind: 'ip', address: '10.0.0.1', port: 80 }])
  const send: Send = async (from) => {
    const connections = pool.endpoints[0]!.connections(from)
    if (connections.open(head, true, handler, false)) return opened.find(({ active }) => active > 0)!
    return await new Promise((resolve) =>
      connections.wait({
        onConnection(connection) {
          connection.open(head, true, handler)
          resolve(connection as Connection)
        },
        onFailure: ({ code }) => resolve(code),
      }),
    )
  }
  return { pool, opened, send }
}

type Send = (from: ConnectionInfo | undefined) => Promise<Connection | string>

async function exchange(send: Send, from: ConnectionInfo | 'none' = client) {
  const connection = await send(from === 'none' ? undefined : from)
  assert.ok(typeof connection === 'object', String(connection))
  connection.answer()
  return connection
}

test('connections are shared by all clients, unless each has its own', async () => {
  const shared = serve({})
  for (const remotePort of [1, 2, 1]) await exchange(shared.send, { ...client, remotePort })
  assert.deepEqual(
    shared.opened.map(({ from }) => from),
    [undefined],
  )
  const apart = serve({ proxyProtocol: 1 })
  for (const remotePort of [1, 2, 1]) await exchange(apart.send, { ...client, remotePort })
  assert.deepEqual(
    apart.opened.map(({ from }) => from?.remotePort),
    [1, 2],
  )
})

test('the version of HTTP is that of the client', async () => {
  const { opened, send } = serve({ followsClient: true })
  for (const protocol of ['h2', 'http/1.1', 'h2', 'http/1.0'] as const) await exchange(send, { ...client, protocol })
  await exchange(send, 'none')
  assert.deepEqual(
    opened.map(({ protocol }) => protocol),
    ['h2c', 'http1', 'http1'],
  )
})

test('idle and old connections end, and those with a request after its answer', async () => {
  const now = Date.now()
  const idle = serve({ idleTimeoutMs: 5_000 })
  const first = await exchange(idle.send)
  idle.pool.sweep(now + 4_000)
  assert.equal(first.draining, false)
  idle.pool.sweep(now + 6_000)
  assert.equal(first.draining, true)

  const forever = serve({ idleTimeoutMs: 0 })
  const kept = await exchange(forever.send)
  forever.pool.sweep(now + 10_000_000)
  assert.equal(kept.draining, false)

  const old = serve({ maxConnectionMs: 5_000 })
  const busy = await old.send(client)
  assert.ok(typeof busy === 'object')
  old.pool.sweep(now + 6_000)
  assert.deepEqual([busy.draining, busy.active], [true, 1])
  assert.notEqual(await exchange(old.send), busy)
  busy.answer()
  assert.equal(old.pool.endpoints[0]!.size, 1)
})

test('a policy that changes reaches connections by closing those made before it', async () => {
  const { pool, send } = serve({})
  const before = await exchange(send)
  pool.update({ ...plain, maxConnectionMs: 1_000 })
  assert.equal(before.draining, true)
  const after = await exchange(send)
  pool.update({ ...plain, maxConnectionMs: 1_000, panicPercent: 10, breaker: { maxRequests: 5 } })
  assert.equal(after.draining, false)
})

test('a client for whom there is no place left is not kept waiting', async () => {
  const { pool, send } = serve({ proxyProtocol: 2, breaker: { maxConnections: 1, maxPending: 10 } })
  const only = await send(client)
  assert.ok(typeof only === 'object')
  assert.equal(await send({ ...client, remotePort: 2 }), 'overload')
  const waits = send(client)
  only.answer()
  assert.equal(await waits, only)
  only.drain()
  only.answer()
  assert.equal(pool.endpoints[0]!.size, 0)
  await exchange(send, { ...client, remotePort: 2 })
})

test('clients that are gone leave nothing behind', async () => {
  const { pool, opened, send } = serve({ proxyProtocol: 1, breaker: { maxPending: 0, maxConnections: 5 } })
  const endpoint = pool.endpoints[0]!
  for (let remotePort = 1; remotePort <= 20; remotePort++)
    assert.equal(await send({ ...client, remotePort }), 'overload')
  assert.equal(endpoint.clients, 0)
  pool.update({ ...plain, proxyProtocol: 1 })
  for (let remotePort = 1; remotePort <= 20; remotePort++) await exchange(send, { ...client, remotePort })
  assert.equal(endpoint.clients, 20)
  for (const connection of opened) connection.drain()
  assert.equal(endpoint.clients, 0)
})
