import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reply } from '#proxy'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import type { CorsNode } from './ir.ts'
import { parseOrigin } from './origin.ts'
import { cors } from './proxy.ts'

const node: CorsNode = {
  kind: 'cors',
  origins: [parseOrigin('https://www.foo.com')!],
  anyOrigin: false,
  credentials: false,
  methods: [],
  headers: [],
  exposed: [],
  maxAgeSeconds: 5,
}

async function preflight(change: Partial<CorsNode>, origin: string, more: string[] = []): Promise<Reply> {
  const fields = ['origin', origin, 'access-control-request-method', 'PUT', ...more]
  const context = requestContext({ method: 'OPTIONS', fields })
  const hooks = cors.compile({ ...node, ...change }, idlePlane)
  const reply = await hooks.onRequest?.(context)
  assert.ok(reply)
  const before = [...reply.fields]
  hooks.onResponse?.(context, { status: reply.status, fields: [...reply.fields], contentLength: 0 })
  assert.deepEqual(reply.fields, before, 'its own answer passes unchanged')
  return reply
}

function actual(change: Partial<CorsNode>, origin: string | undefined, backend: string[] = []): string[] {
  const context = requestContext({ fields: origin === undefined ? [] : ['origin', origin] })
  const hooks = cors.compile({ ...node, ...change }, idlePlane)
  assert.equal(hooks.onRequest?.(context), undefined)
  const fields = [...backend]
  hooks.onResponse?.(context, { status: 200, fields, contentLength: 0 })
  return fields
}

const preflightVary = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'

test('a preflight gets what the route allows', async () => {
  const change = { methods: ['GET', 'OPTIONS'], headers: ['x-1', 'x-2'], exposed: ['x-3'], credentials: true }
  const reply = await preflight(change, 'https://www.foo.com')
  assert.equal(reply.status, 200)
  assert.deepEqual(reply.fields, [
    ...['access-control-allow-origin', 'https://www.foo.com'],
    ...['access-control-allow-credentials', 'true'],
    ...['access-control-allow-methods', 'GET, OPTIONS'],
    ...['access-control-allow-headers', 'x-1, x-2'],
    ...['access-control-expose-headers', 'x-3'],
    ...['access-control-max-age', '5'],
    ...['vary', preflightVary],
  ])
})

test('stars are echoed, with and without credentials', async () => {
  for (const credentials of [true, false]) {
    const change = { anyOrigin: true, methods: ['*'], headers: ['*'], exposed: ['*'], credentials }
    const reply = await preflight(change, 'https://any.test:1234', [
      'access-control-request-headers',
      'x-1,authorization',
    ])
    assert.deepEqual(reply.fields, [
      ...['access-control-allow-origin', 'https://any.test:1234'],
      ...(credentials ? ['access-control-allow-credentials', 'true'] : []),
      ...['access-control-allow-methods', 'PUT'],
      ...['access-control-allow-headers', 'x-1,authorization'],
      ...['access-control-max-age', '5'],
      ...['vary', preflightVary],
    ])
  }
})

test('a preflight of a strange origin is refused and told nothing', async () => {
  const reply = await preflight({ methods: ['GET'], credentials: true }, 'https://evil.test')
  assert.equal(reply.status, 403)
  assert.deepEqual(reply.fields, ['vary', preflightVary])
})

test('OPTIONS that is no preflight goes to the backend', () => {
  const hooks = cors.compile(node, idlePlane)
  for (const fields of [[], ['origin', 'https://www.foo.com'], ['access-control-request-method', 'GET']]) {
    assert.equal(hooks.onRequest?.(requestContext({ method: 'OPTIONS', fields })), undefined)
  }
})

test("a response carries the route's fields in place of the backend's", () => {
  const backend = ['access-control-allow-origin', '*', 'access-control-allow-credentials', 'true', 'x', '1']
  assert.deepEqual(actual({ exposed: ['x-3'] }, 'https://www.foo.com', backend), [
    ...['x', '1'],
    ...['access-control-allow-origin', 'https://www.foo.com'],
    ...['access-control-expose-headers', 'x-3'],
    ...['vary', 'Origin'],
  ])
})

test('a strange origin, or none, gets no field, not even those of the backend', () => {
  const backend = ['access-control-allow-origin', '*']
  for (const origin of ['https://evil.test', undefined]) {
    assert.deepEqual(actual({ credentials: true }, origin, backend), ['vary', 'Origin'])
  }
})

test('exposing everything names what the response has', () => {
  const fields = actual({ exposed: ['*'] }, 'https://www.foo.com', [
    'x-a',
    '1',
    'set-cookie',
    's',
    'x-b',
    '2',
    'x-a',
    '3',
  ])
  const at = fields.indexOf('access-control-expose-headers')
  assert.equal(fields[at + 1], 'x-a, x-b')
})

test('the origin counts as the client sent it', () => {
  const context = requestContext({ fields: ['origin', 'https://www.foo.com'] })
  const hooks = cors.compile(node, idlePlane)
  void hooks.onRequest?.(context)
  context.head.fields.length = 0
  const fields: string[] = []
  hooks.onResponse?.(context, { status: 200, fields, contentLength: 0 })
  assert.equal(fields[1], 'https://www.foo.com')
})
