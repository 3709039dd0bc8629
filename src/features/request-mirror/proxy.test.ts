import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackendKey } from '#ir'
import type { ClientStreamHandler, FilterHooks, Plane, RequestContext, RequestHead } from '#proxy'
import type { RequestMirrorNode } from './ir.ts'
import { requestMirror } from './proxy.ts'

interface Call {
  readonly backend: BackendKey
  readonly head: RequestHead
  readonly end: boolean
  readonly handler: ClientStreamHandler
  /** What was written, `end`, and `reset: reason`. */
  readonly seen: string[]
}

/** A plane without sockets: calls are kept, writing says `writable`, time is moved by hand. */
class FakePlane implements Plane {
  readonly buckets = { take: () => assert.fail('nothing is counted here') }
  readonly calls: Call[] = []
  readonly timers: { readonly ms: number; readonly then: () => void }[] = []
  writable = true
  next = 0

  call(backend: BackendKey, head: RequestHead, end: boolean, handler: ClientStreamHandler) {
    const seen: string[] = []
    this.calls.push({ backend, head, end, handler, seen })
    return {
      write: (chunk: Uint8Array) => {
        seen.push(chunk.length > 9 ? `${chunk.length} bytes` : Buffer.from(chunk).toString())
        return this.writable
      },
      end: () => void seen.push('end'),
      reset: (reason: string) => void seen.push(`reset: ${reason}`),
      pause() {},
      resume() {},
    }
  }

  random() {
    return this.next
  }

  after(ms: number, then: () => void) {
    const timer = { ms, then }
    this.timers.push(timer)
    return () => void this.timers.splice(this.timers.indexOf(timer), 1)
  }
}

function request(change: Partial<RequestHead> = {}): RequestContext {
  const head: RequestHead = {
    method: 'POST',
    scheme: 'http',
    authority: 'shop.test:8080',
    path: '/rewritten?q=1',
    fields: ['x-added', 'yes'],
    contentLength: -1,
    upgrade: '',
    expectContinue: true,
    ...change,
  }
  return { head, state: {} } as unknown as RequestContext
}

const all = { numerator: 1, denominator: 1 }

function compiled(plane: Plane, node: Partial<RequestMirrorNode> = {}): FilterHooks {
  return requestMirror.compile({ kind: 'requestMirror', backend: 'svc/copy', share: all, ...node }, plane)
}

const bytes = (text: string) => Buffer.from(text)
const failure = { code: 'connect_failed', message: '', unprocessed: true } as const

test('row 27: the copy is the request as changed by now, with its Host and body', () => {
  const plane = new FakePlane()
  const hooks = compiled(plane)
  const context = request()
  assert.equal(hooks.onRequest!(context), undefined)
  context.head.fields.push('later', 'no')
  hooks.onRequestData!(context, bytes('ab'))
  hooks.onRequestData!(context, bytes('cd'))
  hooks.onRequestEnd!(context)
  const call = plane.calls[0]!
  assert.equal(call.backend, 'svc/copy')
  assert.deepEqual(call.head, { ...request().head, expectContinue: false })
  assert.deepEqual(call.seen, ['ab', 'cd', 'end'])
})

test('a request without a body ends with its head', () => {
  const plane = new FakePlane()
  const hooks = compiled(plane)
  const context = request({ method: 'GET', contentLength: 0 })
  void hooks.onRequest!(context)
  hooks.onRequestEnd!(context)
  hooks.onDone!(context)
  assert.equal(plane.calls[0]!.end, true)
  assert.deepEqual(plane.calls[0]!.seen, [])
})

test('several mirrors of a rule copy apart from each other', () => {
  const plane = new FakePlane()
  const mirrors = [compiled(plane), compiled(plane, { backend: 'svc/other' })]
  const context = request()
  for (const hooks of mirrors) void hooks.onRequest!(context)
  for (const hooks of mirrors) hooks.onRequestData!(context, bytes('x'))
  assert.deepEqual(
    plane.calls.map(({ backend, seen }) => [backend, ...seen]),
    [
      ['svc/copy', 'x'],
      ['svc/other', 'x'],
    ],
  )
})

test('row 28: the share decides for each request; 0 and no backend copy nothing', () => {
  const plane = new FakePlane()
  const some = compiled(plane, { share: { numerator: 25, denominator: 100 } })
  for (const [draw, calls] of [
    [0, 1],
    [0.249, 2],
    [0.25, 2],
    [0.999, 2],
  ] as const) {
    plane.next = draw
    void some.onRequest!(request())
    assert.equal(plane.calls.length, calls, `drawn ${draw}`)
  }
  assert.deepEqual(compiled(plane, { share: { numerator: 0, denominator: 100 } }), {})
  assert.deepEqual(requestMirror.compile({ kind: 'requestMirror', share: all }, plane), {})
})

test('an upgrade is not copied', () => {
  const plane = new FakePlane()
  void compiled(plane).onRequest!(request({ upgrade: 'websocket' }))
  assert.equal(plane.calls.length, 0)
})

test('a slow mirror gets what was held when it can take more', () => {
  const plane = new FakePlane()
  const hooks = compiled(plane)
  const context = request()
  void hooks.onRequest!(context)
  plane.writable = false
  for (const text of ['a', 'b', 'c']) hooks.onRequestData!(context, bytes(text))
  hooks.onRequestEnd!(context)
  hooks.onDone!(context)
  const { seen, handler } = plane.calls[0]!
  assert.deepEqual(seen, ['a'])
  handler.onWritable()
  assert.deepEqual(seen, ['a', 'b'])
  plane.writable = true
  handler.onWritable()
  assert.deepEqual(seen, ['a', 'b', 'c', 'end'])
})

test('a mirror more than 1 MiB behind the client is cut, and left alone from then on', () => {
  const plane = new FakePlane()
  const hooks = compiled(plane)
  const context = request()
  void hooks.onRequest!(context)
  plane.writable = false
  const chunk = Buffer.alloc(65_536)
  for (let i = 0; i < 40; i++) hooks.onRequestData!(context, chunk)
  hooks.onRequestEnd!(context)
  hooks.onDone!(context)
  plane.calls[0]!.handler.onWritable()
  assert.deepEqual(plane.calls[0]!.seen, ['65536 bytes', 'reset: cancelled'])
})

test('all copies of a mirror together hold at most 16 MiB', () => {
  const plane = new FakePlane()
  const hooks = compiled(plane)
  const contexts = Array.from({ length: 20 }, () => request())
  plane.writable = false
  for (const context of contexts) {
    void hooks.onRequest!(context)
    hooks.onRequestData!(context, bytes('x'))
    hooks.onRequestData!(context, Buffer.alloc(1024 * 1024))
  }
  const cut = () => plane.calls.filter(({ seen }) => seen.includes('reset: cancelled')).length
  assert.equal(cut(), 4)
  for (const context of contexts) hooks.onDone!(context)
  assert.equal(cut(), 20)
})

test('a mirror that hangs: at most 1,000 copies at a time, each for at most 30 s', () => {
  const plane = new FakePlane()
  const hooks = compiled(plane)
  for (let i = 0; i < 1_500; i++) void hooks.onRequest!(request({ contentLength: 0 }))
  assert.equal(plane.calls.length, 1_000)
  const timers = [...plane.timers]
  assert.ok(timers.every(({ ms }) => ms === 30_000))
  for (const { then } of timers) then()
  assert.deepEqual(plane.calls[0]!.seen, ['reset: timeout'])
  void hooks.onRequest!(request({ contentLength: 0 }))
  assert.equal(plane.calls.length, 1_001)
})

test('a dead mirror is forgotten', () => {
  const plane = new FakePlane()
  const hooks = compiled(plane)
  const context = request()
  void hooks.onRequest!(context)
  plane.calls[0]!.handler.onReset(failure)
  hooks.onRequestData!(context, bytes('x'))
  hooks.onRequestEnd!(context)
  hooks.onDone!(context)
  assert.deepEqual(plane.calls[0]!.seen, [])
  assert.equal(plane.timers.length, 0)
})

test('a request that the client breaks off is broken off at the mirror too', () => {
  const plane = new FakePlane()
  const hooks = compiled(plane)
  const context = request()
  void hooks.onRequest!(context)
  hooks.onRequestData!(context, bytes('half'))
  hooks.onDone!(context)
  assert.deepEqual(plane.calls[0]!.seen, ['half', 'reset: cancelled'])
})

test('an answer that does not end is cut', () => {
  const plane = new FakePlane()
  const context = request({ contentLength: 0 })
  void compiled(plane).onRequest!(context)
  const { handler, seen } = plane.calls[0]!
  handler.onResponse({ status: 200, fields: [], contentLength: -1 }, false)
  for (let i = 0; i < 20; i++) handler.onData(Buffer.alloc(65_536))
  assert.deepEqual(seen, ['reset: cancelled'])
  assert.equal(plane.timers.length, 0)
})
