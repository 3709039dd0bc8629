import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { listener, playPlane, route, snapshotOf } from './plane.fixture.ts'

// Long bodies are written on from the memory they were read into: a byte overwritten too early would show here.

const backend = createServer(async (incoming, response) => {
  const { size = '0', slow, framing } = Object.fromEntries(new URL(incoming.url!, 'http://b').searchParams)
  const received = createHash('sha256')
  let first = true
  for await (const chunk of incoming) {
    received.update(chunk as Buffer)
    if (slow === 'up' && first) await pause(300)
    first = false
  }
  const body = randomBytes(Number(size))
  response.setHeader('x-received', received.digest('hex'))
  response.setHeader('x-sent', createHash('sha256').update(body).digest('hex'))
  if (framing === 'length') response.setHeader('content-length', body.length)
  // In pieces, so that reads meet all places of the framing.
  for (let at = 0; at < body.length; ) {
    const length = 1 + Math.floor(Math.random() * 200_000)
    if (!response.write(body.subarray(at, at + length))) await new Promise((resolve) => response.once('drain', resolve))
    at += length
  }
  response.end()
})
// A POST that meets a connection which is just being closed is lost, and a busy machine may leave one idle for long.
backend.keepAliveTimeout = 600_000
await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
const { plane, port } = await playPlane(
  snapshotOf([listener(80)], [route('r')], { a: [(backend.address() as AddressInfo).port] }),
)
after(() => {
  plane.close()
  backend.close()
  backend.closeAllConnections()
})

async function exchange(
  up: number,
  down: number,
  slow: 'up' | 'down' | 'no',
  framing: 'length' | 'chunked',
): Promise<void> {
  const body = randomBytes(up)
  const path = `/?size=${down}&slow=${slow}&framing=${framing}&up=${up}`
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = framing === 'length' ? { 'content-length': up } : {}
    const outgoing = request({ host: '127.0.0.1', port: port(80), method: 'POST', path, headers }, resolve)
    outgoing.on('error', (error) => {
      const { localPort } = outgoing.socket ?? {}
      reject(
        new Error(
          `${path}: ${error.message} on a ${outgoing.reusedSocket ? 'kept' : 'new'} connection from ${localPort}`,
        ),
      )
    })
    for (let at = 0; at < up; at += 100_000) outgoing.write(body.subarray(at, at + 100_000))
    outgoing.end()
  })
  if (response.statusCode !== 200) assert.fail(`${path}: ${response.statusCode} ${await text(response)}`)
  const received = createHash('sha256')
  let length = 0
  for await (const chunk of response) {
    received.update(chunk as Buffer)
    if (slow === 'down' && length === 0) await pause(300)
    length += (chunk as Buffer).length
  }
  assert.equal(length, down)
  assert.equal(response.headers['x-received'], createHash('sha256').update(body).digest('hex'), 'what went up')
  assert.equal(received.digest('hex'), response.headers['x-sent'], 'what came down')
}

test('bodies of many sizes arrive as they were sent, all at once', async () => {
  const sizes = [0, 1, 8_192, 8_193, 65_535, 65_536, 65_537, 300_000, 3_000_000]
  const all = sizes.flatMap((up) =>
    sizes.flatMap((down) => (['length', 'chunked'] as const).map((framing) => exchange(up, down, 'no', framing))),
  )
  await Promise.all(all)
})

// More than the kernel's buffers take, so that writes have to wait, beside others that use what is given back.
for (const slow of ['up', 'down'] as const) {
  test(`bodies that wait for a slow reader arrive as they were sent: ${slow}`, async () => {
    const long = 24_000_000
    const [up, down] = slow === 'up' ? [long, 1_000] : [1_000, long]
    const waiting = (['length', 'chunked', 'length'] as const).map((framing) => exchange(up, down, slow, framing))
    const beside = Array.from({ length: 40 }, (_, i) => exchange(200_000 + i, 400_000 + i, 'no', 'length'))
    await Promise.all([...waiting, ...beside])
  })
}
