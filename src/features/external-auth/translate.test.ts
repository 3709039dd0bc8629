import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok, problem } from '#kit/outcome.ts'
import type { FilterScope } from '#translate'
import { externalAuth } from './translate.ts'

const scope: FilterScope = {
  path: 'spec.rules[0].filters[0]',
  matches: [],
  siblings: [],
  backend: (ref, path, wish) =>
    ref.name === 'gone' ? problem('BackendNotFound', 'no such Service', path) : ok(`${wish}/${ref.name}`),
}

type Spec = Parameters<typeof externalAuth.translate>[0]['externalAuth']

function translate(spec: Partial<Spec>) {
  return externalAuth.translate({ externalAuth: { protocol: 'HTTP', backendRef: { name: 'auth' }, ...spec } }, scope)
}

test('HTTP: names in lower case, the prefix with one slash before and none after', () => {
  const outcome = translate({
    http: { path: 'check/v1//', allowedHeaders: ['Cookie', 'cookie', 'Accept'], allowedResponseHeaders: ['X-User'] },
    forwardBody: { maxSize: 100 },
  })
  assert.deepEqual(outcome, {
    ok: true,
    value: {
      node: {
        kind: 'externalAuth',
        backend: 'http1/auth',
        protocol: {
          kind: 'http',
          pathPrefix: '/check/v1',
          allowedHeaders: ['accept', 'cookie'],
          allowedResponseHeaders: ['x-user'],
        },
        maxBodyBytes: 100,
        timeoutMs: 10_000,
      },
    },
  })
})

test('GRPC: the backend is wished to speak HTTP/2; no body unless asked for', () => {
  const outcome = translate({ protocol: 'GRPC', grpc: { allowedHeaders: ['X-Token'] } })
  assert.ok(outcome.ok)
  assert.deepEqual(outcome.value.node, {
    kind: 'externalAuth',
    backend: 'h2c/auth',
    protocol: { kind: 'grpc', allowedHeaders: ['x-token'] },
    maxBodyBytes: 0,
    timeoutMs: 10_000,
  })
})

test('a path that could lead elsewhere is refused', () => {
  for (const path of ['/a/../b', '/./a', '/%2e%2E/a', '/a?b', '/a#b', '/a b', '/a\r\nb']) {
    const outcome = translate({ http: { path } })
    assert.ok(!outcome.ok, path)
    assert.equal(outcome.problems[0]!.path, 'spec.rules[0].filters[0].externalAuth.http.path')
  }
  assert.ok(translate({ http: { path: '/..a/b..' } }).ok)
})

test('a backend that can not be used is reported, and the node stays to close the route', () => {
  const outcome = translate({ backendRef: { name: 'gone' }, http: {} })
  assert.ok(outcome.ok)
  assert.equal(outcome.value.unresolved?.[0]?.path, 'spec.rules[0].filters[0].externalAuth.backendRef')
  assert.equal('backend' in outcome.value.node, false)
})
