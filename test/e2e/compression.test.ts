import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { createGunzip, gunzipSync } from 'node:zlib'
import type { CompressionNode } from '#features/compression/ir.ts'
import { compression } from '#features/compression/proxy.ts'
import { listener, playPlane, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

const node: CompressionNode = { kind: 'compression', codings: [{ coding: 'gzip', minBytes: 30 }] }

async function play(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const backend = (server.address() as AddressInfo).port
  const snapshot = snapshotOf([listener(80)], [route('r', { filters: [node] })], { a: [backend] })
  const { plane, port } = await playPlane(snapshot, { compression })
  closers.push(
    () => plane.close(),
    () => server.close(),
    () => server.closeAllConnections(),
  )
  return port(80)
}

async function ask(port: number): Promise<IncomingMessage> {
  const sent = get({ port, host: '127.0.0.1', agent: false, headers: { 'accept-encoding': 'gzip' } })
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

async function read(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

test('a large body comes through whole, smaller, and with little held in between', async () => {
  const line = 'a line of text that is much like the others\n'
  const whole = line.repeat(200_000)
  const port = await play((_request, response) => {
    response.setHeader('content-type', 'text/plain').end(whole)
  })
  const response = await ask(port)
  assert.equal(response.headers['content-length'], undefined)
  const packed = await read(response)
  assert.ok(packed.length < whole.length / 10)
  assert.equal(gunzipSync(packed).toString(), whole)
})

test('a pause in the stream sends on what has come so far', async () => {
  let proceed = () => {}
  const port = await play((_request, response) => {
    response.setHeader('content-type', 'text/plain').write('first')
    proceed = () => response.end('second')
  })
  const response = await ask(port)
  const unpacked = response.pipe(createGunzip())
  const [first] = (await once(unpacked, 'data')) as [Buffer]
  assert.equal(first.toString(), 'first')
  proceed()
  const [second] = (await once(unpacked, 'data')) as [Buffer]
  assert.equal(second.toString(), 'second')
  await once(unpacked, 'end')
})

test('a response that breaks off looks broken off', async () => {
  const port = await play((_request, response) => {
    response.setHeader('content-type', 'text/plain').write('first')
    setTimeout(() => response.destroy(), 20)
  })
  const response = await ask(port)
  await assert.rejects(read(response))
})

test('a client that stops reading stops the backend', async () => {
  const chunk = Buffer.alloc(65_536)
  for (let i = 0; i < chunk.length; i++) chunk[i] = Math.floor(Math.random() * 256)
  let sent = 0
  const port = await play((_request, response) => {
    response.setHeader('content-type', 'text/plain')
    const more = () => {
      while (sent < 2_000) {
        sent++
        if (!response.write(chunk)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  const response = await ask(port)
  response.pause()
  let before = -1
  // Quiet at last: all that fits between the two is full.
  while (before !== sent) {
    before = sent
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  assert.ok(sent < 1_000, `${sent} of 2,000 chunks were taken`)
  response.resume()
  await once(response, 'end')
  assert.equal(sent, 2_000)
})
