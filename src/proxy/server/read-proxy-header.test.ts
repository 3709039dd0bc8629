import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import type { ClientSettings } from '#ir'
import { listener, playPlane, snapshotOf } from '../plane.fixture.ts'
import { proxyProtocolOf } from './read-proxy-header.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

async function open(client: Partial<ClientSettings>): Promise<Socket> {
  const { port, plane } = await playPlane(snapshotOf([listener(80, { client })], [], {}))
  const socket = connect({ port: port(80), host: '127.0.0.1' })
  closers.push(
    () => socket.destroy(),
    () => plane.close(),
  )
  return socket.on('error', () => {})
}

const header = 'PROXY TCP4 203.0.113.7 10.0.0.1 5000 80\r\n'
const ask = 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n'

test('a header in pieces, with the request close behind it', async () => {
  for (const pieces of [
    [header + ask],
    [...header, ask],
    [header.slice(0, 20), header.slice(20) + ask.slice(0, 5), ask.slice(5)],
  ]) {
    const socket = await open({ proxyProtocol: 'required' })
    for (const piece of pieces) {
      socket.write(piece)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    const [answer] = await once(socket, 'data')
    assert.match(String(answer), /^HTTP\/1\.1 404/)
  }
})

test('who sends nothing, or never ends the header, is closed in time', async () => {
  for (const said of ['', header.slice(0, 30)]) {
    const socket = await open({ proxyProtocol: 'required', headerTimeoutMs: 50 })
    socket.write(said)
    await closed(socket)
  }
})

test('who ends in the middle of the header is closed', async () => {
  const socket = await open({ proxyProtocol: 'optional' })
  socket.end(header.slice(0, 30))
  await closed(socket)
})

test('a port believes headers only where all of its listeners do', () => {
  const of = (...told: ClientSettings['proxyProtocol'][]) =>
    proxyProtocolOf(told.map((how) => listener(80, { client: how ? { proxyProtocol: how } : {} })))
  assert.equal(of('required', undefined), undefined)
  assert.equal(of('optional', 'required'), 'required')
  assert.equal(of('optional', 'optional'), 'optional')
  assert.equal(of(), undefined)
})

/** By an end or a reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.resume().once('close', () => resolve()))
}
