import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, METHODS } from 'node:http'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { connectHttp1 } from '../../src/proxy/http1/client.ts'
import { serialiseRequest } from '../../src/proxy/http1/serialise.ts'
import { serveHttp1 } from '../../src/proxy/http1/server.ts'
import type { RequestHead } from '../../src/proxy/message.ts'
import type { ClientStreamHandler, StreamError } from '../../src/proxy/stream.ts'
import { readRequest } from '../e2e/recording-backend.ts'
import { FakeSocket } from './fake-socket.ts'
import { generateRequests, generateResponse, mutate, Random, split } from './http1-generate.ts'

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 5)
const FIRST_SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1e9)

/** Runs cases until the time is up; says how to play a failed one again. */
async function fuzz(seconds: number, one: (random: Random) => void | Promise<void>): Promise<number> {
  const end = Date.now() + seconds * 1000
  let seed = FIRST_SEED
  for (; Date.now() < end; seed++) {
    try {
      await one(new Random(seed))
    } catch (error) {
      throw new Error(`play again with FUZZ_SEED=${seed}`, { cause: error })
    }
  }
  return seed - FIRST_SEED
}

interface Request {
  readonly method: string
  readonly target: string
  readonly body: string
}

/** The requests that our codec takes for complete. */
function serveOurs(pieces: readonly Buffer[]): { complete: Request[]; heads: RequestHead[] } {
  const complete: Request[] = []
  const heads: RequestHead[] = []
  const socket = new FakeSocket()
  const options = { scheme: 'http', sni: '', headerTimeoutMs: 0, idleTimeoutMs: 0 } as const
  serveHttp1(socket.asSocket(), { ...options, maxHeaderBytes: 16384, maxHeaderCount: 100 }, (stream) => {
    const { head } = stream
    heads.push(head)
    let body = ''
    let over = false
    return {
      onData(chunk) {
        assert.ok(!over)
        body += Buffer.from(chunk).toString('latin1')
      },
      onEnd() {
        assert.ok(!over)
        over = true
        if (head.contentLength >= 0) assert.equal(body.length, head.contentLength)
        complete.push({ method: head.method, target: head.path, body })
        stream.respond({ status: 200, fields: [], contentLength: 0 }, true)
      },
      onReset() {
        assert.ok(!over)
        over = true
      },
      onWritable() {},
    }
  })
  for (const piece of pieces) socket.emit('data', Buffer.from(piece))
  // An upgrade has no end until it is answered.
  socket.destroy()
  return { complete, heads }
}

/** The requests that Node's own server takes for complete: another parser, by other people. */
async function serveOracle(bytes: Buffer): Promise<Request[]> {
  const complete: Request[] = []
  const server = createServer((message: IncomingMessage, response) => {
    let body = ''
    message.on('data', (chunk: Buffer) => {
      body += chunk.toString('latin1')
    })
    message.on('end', () => {
      complete.push({ method: message.method!, target: message.url!, body })
      response.end()
    })
  })
  server.on('checkExpectation', (message: IncomingMessage, response) => {
    response.writeHead(417)
    response.end()
    message.resume()
  })
  // The requests before the broken one still end.
  server.on('clientError', () => {})
  const socket = new Duplex({ read() {}, write: (_bytes, _encoding, done) => done() })
  server.emit('connection', socket)
  socket.push(bytes)
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
  socket.destroy()
  server.close()
  return complete
}

/** Both read the same; ours may take fewer. Where ours takes more, it is one of these, where RFC 9112 is on our side. */
function isWider(bytes: string, mine: Request): boolean {
  if (!METHODS.includes(mine.method)) return true
  // Node stops at an Upgrade in HTTP/1.0, which RFC 9110 7.8 says to ignore.
  if (/HTTP\/1\.0/.test(bytes) && /upgrade/i.test(bytes)) return true
  // And at a list of protocols, in one field or in several, which we ignore as RFC 9110 7.8 allows.
  if ((bytes.match(/^upgrade:/gim)?.length ?? 0) > 1 || /^upgrade:.*,/im.test(bytes)) return true
  // llhttp refuses a repeated Content-Length, a tab around `chunked` and whitespace around chunk extensions.
  if (/transfer-encoding:.*\t/i.test(bytes)) return true
  return (bytes.match(/content-length/gi)?.length ?? 0) > 1 || /[\t ];|;[\t ]|[\t ]=|=[\t ]/.test(bytes)
}

/** Of a target as Node tells it, what goes to a backend (RFC 9112 3.2.1, 3.2.4). */
function originForm(target: string, method: string): string {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '')
  if (path === '' && method === 'OPTIONS') return '*'
  return path.startsWith('/') || path === '*' ? path : `/${path}`
}

test('requests: no crash, no request more than another parser sees, and each forwarded one is unambiguous', async () => {
  let accepted = 0
  const count = await fuzz(SECONDS / 2, async (random) => {
    const text = generateRequests(random)
    const bytes = Buffer.from(text, 'latin1')
    const { complete, heads } = serveOurs(split(bytes, random))
    assert.deepEqual(serveOurs([bytes]).complete, complete, 'the same however it is cut')
    accepted += complete.length
    for (const head of heads) checkForwarded(head)
    if (complete.length === 0) return
    const oracle = await serveOracle(bytes)
    for (const [i, mine] of complete.entries()) {
      const theirs = oracle[i]
      if (theirs === undefined) {
        assert.ok(isWider(text, mine), `only we took ${JSON.stringify(mine)} of ${JSON.stringify(text)}`)
        break
      }
      const target = originForm(theirs.target, mine.method)
      assert.deepEqual(mine, { ...theirs, target }, JSON.stringify(text))
    }
  })
  assert.ok(count > 20 && accepted > count / 20, `${accepted} requests in ${count} cases: nothing was tested`)
})

function checkForwarded(head: RequestHead): void {
  const text = serialiseRequest(head, '')
  assert.ok(text !== undefined, 'what we parse we can write')
  if (head.authority === '') return
  const read = readRequest(text)
  assert.ok(typeof read === 'object' && read.length === text.length, JSON.stringify(text))
  assert.deepEqual(
    [read.request.method, read.request.path, read.request.host],
    [head.method, head.path, head.authority],
  )
}

interface Outcome {
  complete: boolean
  body: string
}

/** What our codec makes of a response. */
async function fetchOurs(pieces: readonly Buffer[]): Promise<Outcome> {
  const socket = new FakeSocket()
  const connection = connectHttp1(socket.asSocket(), { onCapacity() {}, onClose() {} })
  const outcome: Outcome = { complete: false, body: '' }
  let over = false
  let length = -1
  const handler: ClientStreamHandler = {
    onInform() {},
    onResponse(head, end) {
      length = end ? 0 : head.contentLength
    },
    onData(chunk) {
      assert.ok(!over)
      outcome.body += Buffer.from(chunk).toString('latin1')
    },
    onEnd() {
      assert.ok(!over)
      over = true
      outcome.complete = true
      if (length >= 0) assert.ok(outcome.body.length === length)
    },
    onReset(_error: StreamError) {
      assert.ok(!over)
      over = true
    },
    onWritable() {},
  }
  const head = { method: 'GET', scheme: 'http', authority: 'a', path: '/', fields: [], contentLength: 0 } as const
  connection.open({ ...head, fields: [], upgrade: '', expectContinue: false }, true, handler)
  for (const piece of pieces) socket.emit('data', Buffer.from(piece))
  socket.emit('end')
  connection.destroy()
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(over, 'each request ends')
  return outcome
}

test('responses: whole ones come whole, cut ones never look whole, broken ones do not crash', async () => {
  const count = await fuzz(SECONDS / 2, async (random) => {
    const text = generateResponse(random)
    const bytes = Buffer.from(text, 'latin1')
    const whole = await fetchOurs(split(bytes, random))
    assert.equal(whole.complete, true, JSON.stringify(text))
    const cut = bytes.subarray(0, random.below(bytes.length))
    assert.equal((await fetchOurs(split(cut, random))).complete, false, JSON.stringify(cut.toString('latin1')))
    const mutated = Buffer.from(mutate(text, random), 'latin1')
    const pieces = split(mutated, random)
    assert.deepEqual(await fetchOurs(pieces), await fetchOurs([mutated]), JSON.stringify(mutated.toString('latin1')))
  })
  assert.ok(count > 20, 'nothing was tested')
})
