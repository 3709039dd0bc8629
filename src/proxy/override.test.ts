import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import type { ProxyFilters } from './compile-rule.ts'
import { forward, listener, playPlane, route, snapshotOf } from './plane.fixture.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

/** Answers with what the path says, and with more than anybody reads; `/early` before it has read anything. */
const backend = createServer((incoming, response) => {
  const answer = () => {
    response.writeHead(Number(incoming.headers['x-status'] ?? 200), { 'x-backend': '1' })
    response.end(Buffer.alloc(1 << 20, 'x'))
  }
  if (incoming.url === '/early') answer()
  else incoming.resume().on('end', answer)
})
await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
closers.push(() => {
  backend.close()
  backend.closeAllConnections()
})

const heard: string[] = []
const filters: ProxyFilters = {
  override: {
    compile: () => ({
      overrideResponse: ({ head: { fields } }, { status }, local) => {
        heard.push(`${status} ${local}`)
        if (status < 500) return undefined
        return {
          status: fields.includes('x-empty') ? 204 : 503,
          fields: ['x-new', '1'],
          body: 'sorry',
          why: 'override',
        }
      },
    }),
  },
  watch: { compile: () => ({ onResponse: (_, head) => void head.fields.push('x-seen', String(head.status)) }) },
}
const nodes = [{ kind: 'override' }, { kind: 'watch' }]
const rules = [
  route('r', { filters: nodes }),
  route('none', {
    filters: nodes,
    hostnames: ['none.test'],
    action: { ...forward(), to: [] },
  }),
]
const { plane, port } = await playPlane(
  snapshotOf([listener(80)], rules, { a: [(backend.address() as AddressInfo).port] }),
  filters,
)
closers.push(() => plane.close())

function send(headers: Record<string, string>, method = 'GET', path = '/', body = '') {
  heard.length = 0
  return new Promise<{
    status: number | undefined
    headers: NodeJS.Dict<string | string[]>
    length: number
    text: string
  }>((resolve, reject) => {
    const sent = request({ port: port(80), host: '127.0.0.1', agent: false, headers, method, path }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.length < 100 ? bytes.toString() : ''
        resolve({ status: response.statusCode, headers: response.headers, length: bytes.length, text })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

test('what nobody overrides passes as it is', async () => {
  const { status, length, headers } = await send({})
  assert.deepEqual([status, length, headers['x-seen'], heard], [200, 1 << 20, '200', ['200 false']])
})

test('what comes instead has nothing of the answer before it, meets the other filters, and is not asked about', async () => {
  const { status, text, headers } = await send({ 'x-status': '502' })
  assert.deepEqual([status, text, headers['x-new'], headers['x-seen']], [503, 'sorry', '1', '503'])
  assert.equal(headers['x-backend'], undefined)
  assert.deepEqual(heard, ['502 false'])
})

test('an answer of our own is asked about as such', async () => {
  const { status, text } = await send({ host: 'none.test' })
  assert.deepEqual([status, text, heard], [503, 'sorry', ['500 true']])
})

test('answers without a body have none: HEAD, 204', async () => {
  const head = await send({ 'x-status': '500' }, 'HEAD')
  assert.deepEqual([head.status, head.length, head.headers['content-length']], [503, 0, '5'])
  const empty = await send({ 'x-status': '500', 'x-empty': '' })
  assert.deepEqual([empty.status, empty.length], [204, 0])
})

test('an answer that comes before the request has ended is overridden, too', async () => {
  const body = 'b'.repeat(10_000)
  const { status, text } = await send({ 'x-status': '500', 'content-length': '10000' }, 'POST', '/early', body)
  assert.deepEqual([status, text], [503, 'sorry'])
})

test('calls of gRPC are left alone', async () => {
  const { status } = await send({ 'x-status': '500', 'content-type': 'application/grpc' }, 'POST')
  assert.deepEqual([status, heard], [500, []])
})
