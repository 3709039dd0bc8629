import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, test } from 'node:test'
import type { FilterNode } from '#ir'
import type { ProxyFilters } from './compile-rule.ts'
import type { FilterHooks } from './filter.ts'
import { getField } from './message.ts'
import { forward, listener, playPlane, route, snapshotOf } from './plane.fixture.ts'

const backend = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => {
    body += chunk
  })
  request.on('end', () => {
    if (request.url === '/trailers') {
      response.setHeader('trailer', 'x-sum')
      response.addTrailers({ 'x-sum': '7' })
    }
    response.end(`${request.headers['x-forwarded-for']} ${body}`)
  })
})
backend.on('upgrade', (_, socket) =>
  socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhi'),
)
await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
const a = (backend.address() as AddressInfo).port
const closers: (() => void)[] = []
after(() => {
  backend.close()
  backend.closeAllConnections()
  for (const close of closers) close()
})

interface Spy extends FilterNode {
  readonly bufferRequest?: number
}

/** A plane whose only filter writes down what it sees. */
async function playSpy(place: 'rule' | 'share', spy: Omit<Spy, 'kind'> = {}) {
  const seen: string[] = []
  const filters: ProxyFilters = {
    spy: {
      compile: (node: Spy): FilterHooks => ({
        ...(node.bufferRequest === undefined ? {} : { bufferRequest: node.bufferRequest }),
        onRequest(context) {
          const body = context.bufferedBody === undefined ? '' : ` [${Buffer.from(context.bufferedBody)}]`
          seen.push(`request ${getField(context.head.fields, 'x-forwarded-for')}${body}`)
          return undefined
        },
        onRequestData: (_, chunk) => void seen.push(`data ${Buffer.from(chunk)}`),
        onRequestEnd: () => void seen.push('end'),
        onResponse: (_, head) => void seen.push(`response ${head.status}`),
        onResponseEnd: (_, trailers) => void seen.push(`behind ${trailers ?? 'nothing'}`),
        onDone: () => void seen.push('done'),
      }),
    },
  }
  const node: Spy = { kind: 'spy', ...spy }
  const onRule = place === 'rule'
  const to = { kind: 'backend', backend: 'a', weight: 1, filters: onRule ? [] : [node] } as const
  const one = route('r', { filters: onRule ? [node] : [], action: { ...forward(), to: [to] } })
  const { plane, port } = await playPlane(snapshotOf([listener(80)], [one], { a: [a] }), filters)
  closers.push(() => plane.close())
  return { seen, port: port(80) }
}

/** Sends the pieces one after the other; resolves with everything that came back. */
function send(port: number, ...pieces: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    pieces.forEach((piece, i) => {
      setTimeout(() => socket.write(piece), i * 20)
    })
  })
}

/** Pieces sent apart may arrive as one chunk: what counts is that every byte passes once, in order, and in its turn. */
function joinData(seen: readonly string[]): readonly string[] {
  const joined: string[] = []
  for (const one of seen) {
    const last = joined.at(-1)
    if (one.startsWith('data ') && last?.startsWith('data ')) joined[joined.length - 1] = last + one.slice(5)
    else joined.push(one)
  }
  return joined
}

const head = (length: number) =>
  `POST / HTTP/1.1\r\nhost: h\r\nconnection: close\r\nx-forwarded-for: 6.6.6.6\r\ncontent-length: ${length}\r\n\r\n`

for (const place of ['rule', 'share'] as const) {
  test(`a filter of a ${place} sees no forged address, and each chunk once`, async () => {
    const { seen, port } = await playSpy(place)
    assert.match(await send(port, head(6), 'abc', 'def'), /127\.0\.0\.1 abcdef$/)
    assert.deepEqual(joinData(seen), [
      'request 127.0.0.1',
      'data abcdef',
      'end',
      'response 200',
      'behind nothing',
      'done',
    ])
  })

  test(`a filter of a ${place} that wants the body first gets it whole, then as it goes on`, async () => {
    const { seen, port } = await playSpy(place, { bufferRequest: 10 })
    for (let i = 0; i < 2; i++) assert.match(await send(port, head(6), 'abc', 'def'), /127\.0\.0\.1 abcdef$/)
    const once = ['request 127.0.0.1 [abcdef]', 'data abcdef', 'end', 'response 200', 'behind nothing', 'done']
    assert.deepEqual(joinData(seen), [...once, ...once])
  })

  test(`a body longer than a filter of a ${place} wanted goes on whole, and once`, async () => {
    const { seen, port } = await playSpy(place, { bufferRequest: 4 })
    for (let i = 0; i < 2; i++) assert.match(await send(port, head(9), 'abc', 'def', 'ghi'), /127\.0\.0\.1 abcdefghi$/)
    const once = ['request 127.0.0.1', 'data abcdefghi', 'end', 'response 200', 'behind nothing', 'done']
    assert.deepEqual(joinData(seen), [...once, ...once])
  })

  test(`a filter of a ${place} sees trailers of a response`, async () => {
    const { seen, port } = await playSpy(place)
    await send(port, head(1).replace('POST /', 'POST /trailers'), 'a')
    assert.deepEqual(seen.slice(-3), ['response 200', 'behind x-sum,7', 'done'])
  })

  test(`an upgrade does not wait for a body on the way through a filter of a ${place}`, async () => {
    const { seen, port } = await playSpy(place, { bufferRequest: 10 })
    const answer = await send(port, 'GET / HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 101(?:.|\s)*\r\n\r\nhi$/)
    assert.equal(seen[0], 'request 127.0.0.1 []')
  })
}
