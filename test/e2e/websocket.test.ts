import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { listener, playPlane, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'
import { backend as certificate } from '../../src/proxy/tls/certificates.fixture.ts'
import { startWebSocketEcho } from './websocket-echo.ts'

// The client is Node's own WebSocket, which is undici's.

const closers: (() => void)[] = []
after(() => {
  for (const close of closers.reverse()) close()
})

async function gatewayTo(server: { readonly port: number; close(): void }, tls = false): Promise<string> {
  closers.push(() => server.close())
  const snapshot = snapshotOf([listener(80)], [route('all')], { a: [server.port] })
  const [plain] = snapshot.backends
  const sealed = { ...plain!, tls: { hostname: 'backend.test', trust: { kind: 'none' as const }, subjectAltNames: [] } }
  const { plane, port } = await playPlane({ ...snapshot, backends: [tls ? sealed : plain!] })
  closers.push(() => plane.close())
  return `ws://127.0.0.1:${port(80)}/chat`
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  await once(socket, 'open')
  return socket
}

async function echo(socket: WebSocket, data: string | ArrayBuffer): Promise<unknown> {
  const answer = once(socket, 'message')
  socket.send(data)
  const [{ data: received }] = (await answer) as [MessageEvent]
  return received
}

for (const tls of [false, true]) {
  const name = tls ? 'over TLS' : 'in the clear'
  test(`HTTPRouteBackendProtocolWebSocket: messages of all sizes come back ${name}, and a close with its code`, async () => {
    const server = await startWebSocketEcho(tls ? { cert: certificate.chain, key: certificate.key } : undefined)
    const socket = await connect(await gatewayTo(server, tls))
    assert.equal(await echo(socket, 'hello'), 'hello')
    for (const size of [0, 125, 126, 65_535, 65_536, 1 << 20]) {
      const sent = new Uint8Array(size).map((_, i) => i * 7)
      assert.deepEqual(new Uint8Array((await echo(socket, sent.buffer)) as ArrayBuffer), sent, `${size} bytes`)
    }
    const closed = once(socket, 'close')
    socket.close(4_321, 'done')
    const [event] = (await closed) as [CloseEvent]
    assert.deepEqual([event.code, event.reason, event.wasClean], [4_321, 'done', true])
  })
}

test('HTTPRouteBackendProtocolWebSocket: many messages keep their order, on many sockets at once', async () => {
  const url = await gatewayTo(await startWebSocketEcho())
  const sockets = await Promise.all(Array.from({ length: 20 }, () => connect(url)))
  await Promise.all(
    sockets.map(async (socket, who) => {
      const received: unknown[] = []
      const all = new Promise<void>((resolve) => {
        socket.addEventListener('message', ({ data }) => {
          received.push(data)
          if (received.length === 200) resolve()
        })
      })
      const sent = Array.from({ length: 200 }, (_, i) => `${who}: ${i}`)
      for (const text of sent) socket.send(text)
      await all
      assert.deepEqual(received, sent)
      socket.close()
    }),
  )
})
