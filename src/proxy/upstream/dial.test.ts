import assert from 'node:assert/strict'
import { type AddressInfo, createServer, Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Dialled, dial } from './dial.ts'

const client = { remoteAddress: '192.0.2.1', remotePort: 1_000, localAddress: '198.51.100.1', localPort: 80 }

/** @returns the socket, and the first bytes that the other side reads */
async function connected(t: TestContext, how: Partial<Dialled>): Promise<{ socket: Socket; heard: Promise<string> }> {
  let hear: (text: string) => void
  const heard = new Promise<string>((resolve) => {
    hear = resolve
  })
  const server = createServer((socket) => socket.on('data', (data) => hear(data.toString('latin1'))))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const endpoint = { kind: 'ip', address: '127.0.0.1', port } as const
  const socket = await new Promise<Socket>((resolve, reject) => {
    dial(endpoint, { connectTimeoutMs: 60_000, ...how }, (result) => {
      if ('code' in result) reject(new Error(result.message))
      else resolve(result)
    })
  })
  t.after(() => {
    socket.destroy()
    server.close()
  })
  return { socket, heard }
}

test('the kernel is told how to probe', async (t) => {
  const told = t.mock.method(Socket.prototype, 'setKeepAlive')
  await connected(t, {})
  assert.equal(told.mock.callCount(), 0)
  await connected(t, { tcpKeepAlive: { idleMs: 60_000, intervalMs: 15_000, probes: 3 } })
  assert.deepEqual(
    told.mock.calls.map(({ arguments: args }) => args),
    [[true, 60_000, 15_000, 3]],
  )
})

test('a writer waits once so much waits before it', async (t) => {
  const { socket } = await connected(t, { bufferBytes: 4_096 })
  assert.equal(socket.writableHighWaterMark, 4_096)
  socket.cork()
  assert.equal(socket.write(Buffer.alloc(4_095)), true)
  assert.equal(socket.write(Buffer.alloc(1)), false)
  socket.uncork()
})

test('the client goes ahead of all else', async (t) => {
  const { heard } = await connected(t, { proxyProtocol: 1, from: client })
  assert.equal(await heard, 'PROXY TCP4 192.0.2.1 198.51.100.1 1000 80\r\n')
  const own = await connected(t, { proxyProtocol: 1 })
  assert.equal(await own.heard, 'PROXY UNKNOWN\r\n')
})
