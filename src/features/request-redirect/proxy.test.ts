import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idlePlane, requestContext, type TestRequest } from '../../../test/request-context.ts'
import type { RequestRedirectNode } from './ir.ts'
import { requestRedirect } from './proxy.ts'

async function answer(node: Partial<RequestRedirectNode>, request: TestRequest) {
  const hooks = requestRedirect.compile({ kind: 'requestRedirect', status: 302, ...node }, idlePlane)
  const reply = await hooks.onRequest?.(requestContext(request))
  assert.ok(reply)
  return reply
}

const prefix = { kind: 'prefix', value: '/old' } as const

const rows: [what: string, Partial<RequestRedirectNode>, TestRequest, location: string][] = [
  ['the scheme brings its port', { scheme: 'https' }, { listenerPort: 8080 }, 'https://a.test/'],
  ['no scheme: the port of the listener', { hostname: 'b.test' }, { listenerPort: 8080 }, 'http://b.test:8080/'],
  ['the default port of http is left out', { hostname: 'b.test' }, {}, 'http://b.test/'],
  ['of https too', { hostname: 'b.test' }, { scheme: 'https', listenerPort: 443 }, 'https://b.test/'],
  ['443 is no default for http', { port: 443 }, {}, 'http://a.test:443/'],
  ['80 is no default for https', { scheme: 'https', port: 80 }, {}, 'https://a.test:80/'],
  ['443 with https is left out', { scheme: 'https', port: 443 }, {}, 'https://a.test/'],
  ['scheme and port', { scheme: 'https', port: 8443 }, {}, 'https://a.test:8443/'],
  ['the port of Host is not taken over', {}, { authority: 'a.test:9999' }, 'http://a.test/'],
  ['an IPv6 host keeps its brackets', { port: 81 }, { authority: '[::1]:9999' }, 'http://[::1]:81/'],
  ['an IPv6 host without port', { port: 81 }, { authority: '[::1]' }, 'http://[::1]:81/'],
  ['path and query stay', { scheme: 'https' }, { path: '/p/q?r=s' }, 'https://a.test/p/q?r=s'],
  [
    'the prefix is replaced, the query stays',
    { path: { kind: 'prefix', value: '/new' } },
    { path: '/old/x?y', matchedPath: prefix },
    'http://a.test/new/x?y',
  ],
  [
    'the whole path',
    { path: { kind: 'full', value: '/new' } },
    { path: '/old/x', matchedPath: prefix },
    'http://a.test/new',
  ],
  ['a trusted proxy speaks https for us', {}, { clientScheme: 'https', listenerPort: 8080 }, 'https://a.test/'],
  ['OPTIONS *', {}, { path: '*', method: 'OPTIONS' }, 'http://a.test/'],
]
for (const [what, node, request, location] of rows) {
  test(`redirect: ${what}`, async () => {
    assert.deepEqual((await answer(node, request)).fields, ['location', location])
  })
}

// With our own origin in front, none of these names another host; percent-encoded line breaks stay encoded.
for (const path of ['//evil.test', '/\\evil.test', '/%0d%0aSet-Cookie:%20a=b', '///evil.test/%2f..', '/@evil.test']) {
  test(`redirect: ${path} stays on its host`, async () => {
    const location = (await answer({ scheme: 'https' }, { path })).fields[1] ?? ''
    assert.equal(new URL(location).host, 'a.test')
    assert.match(location, /^[\x21-\x7e]+$/)
  })

  test(`redirect: ${path} without Host stays on its host`, async () => {
    const location = (await answer({}, { path, authority: '' })).fields[1] ?? ''
    assert.equal(new URL(location, 'http://a.test').host, 'a.test')
  })
}

test('redirect: an empty prefix does not turn the rest into a host', async () => {
  const node = { path: { kind: 'prefix', value: '' } } as const
  const reply = await answer(node, { path: '/old//evil.test', authority: '', matchedPath: prefix })
  assert.deepEqual(reply.fields, ['location', '/evil.test'])
})

for (const status of [301, 302, 303, 307, 308] as const) {
  test(`redirect: status ${status}, no body`, async () => {
    const reply = await answer({ status }, {})
    assert.deepEqual([reply.status, reply.body], [status, ''])
  })
}
