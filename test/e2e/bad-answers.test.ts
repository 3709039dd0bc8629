import assert from 'node:assert/strict'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { gateways } from './gateways.ts'
import type { Gateway } from './minimal-gateway.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const EVIL = `${OK}Content-Length: 4\r\n\r\nevil`

/** What a broken or hostile backend answers; it keeps the connection open. */
const ANSWERS: Record<string, string> = {
  'two answers': `${OK}Content-Length: 1\r\n\r\nx${EVIL}`,
  'a body longer than its length': `${OK}Content-Length: 1\r\n\r\nxevil`,
  'a 204 with a body': `HTTP/1.1 204 x\r\nContent-Length: 4\r\n\r\n${EVIL}`,
  'a 304 with a body': `HTTP/1.1 304 x\r\nContent-Length: 4\r\n\r\n${EVIL}`,
  'bytes behind the chunks': `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n${EVIL}`,
  'both framings': `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${EVIL}`,
  'two lengths': `${OK}Content-Length: 1\r\nContent-Length: 50\r\n\r\nx${EVIL}`,
  'a list of lengths': `${OK}Content-Length: 1, 1\r\n\r\nx${EVIL}`,
  'a signed length': `${OK}Content-Length: +1\r\n\r\nx${EVIL}`,
  'an unknown coding': `${OK}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${EVIL}`,
  'chunked twice': `${OK}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n${EVIL}`,
  'a folded coding': `${OK}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${EVIL}`,
  'a space before the colon': `${OK}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${EVIL}`,
  'a coding in HTTP/1.0': `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${EVIL}`,
  'bare line feeds': 'HTTP/1.1 200 OK\nContent-Length: 1\n\nx',
  'bare line feeds in chunks': `${OK}Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n${EVIL}`,
  'a malformed chunk': `${OK}Transfer-Encoding: chunked\r\n\r\nz\r\n${EVIL}`,
  'a status of two digits': 'HTTP/1.1 20 OK\r\nContent-Length: 1\r\n\r\nx',
  'a status of four digits': 'HTTP/1.1 2000 OK\r\nContent-Length: 1\r\n\r\nx',
  'a switch nobody asked for': `HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n${EVIL}`,
  'NUL in a value': `${OK}X: a\x00b\r\nContent-Length: 1\r\n\r\nx`,
  'a bare CR in a value': `${OK}X: a\rSet-Cookie: evil=1\r\nContent-Length: 1\r\n\r\nx`,
  'no HTTP': 'hello\r\n\r\n',
}

let server: Server
let answer = ''
const backends = new Set<Socket>()

before(async () => {
  server = createServer((socket) => {
    backends.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const good = bytes.toString('latin1').startsWith('GET /good ')
      socket.write(good ? `${OK}Content-Length: 4\r\n\r\ngood` : answer, 'latin1')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

after(() => {
  for (const socket of backends) socket.destroy()
  server.close()
})

for (const [name, start] of Object.entries(gateways)) {
  describe(name, () => {
    let gateway: Gateway
    before(async () => {
      gateway = await start((server.address() as AddressInfo).port)
    })
    after(() => gateway.close())

    for (const [what, bytes] of Object.entries(ANSWERS)) {
      test(`${what}: no later request gets a part of it`, async () => {
        answer = bytes
        const bad = await ask(gateway.port, '/bad')
        assert.doesNotMatch(bad, /^evil|\nevil|set-cookie/im)
        assert.match(bad, /^(?:HTTP\/1\.1 (?:200|204|304|502) |$)/)
        for (let i = 0; i < 2; i++)
          assert.match(await ask(gateway.port, '/good'), /^HTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\ngood$/)
      })
    }
  })
}

/** Everything that comes back for one request. */
function ask(port: number, path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n`)
  })
}
