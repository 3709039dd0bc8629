import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterScope } from '../../../test/filter-scope.ts'
import { cors } from './translate.ts'

test('defaults', () => {
  const outcome = cors.translate({ cors: { allowOrigins: ['https://*.Foo.com'] } }, filterScope())
  assert.deepEqual(outcome.ok && outcome.value.node, {
    kind: 'cors',
    origins: [{ scheme: 'https', host: '*.foo.com', port: 443 }],
    anyOrigin: false,
    credentials: false,
    methods: [],
    headers: [],
    exposed: [],
    maxAgeSeconds: 5,
  })
})

test('a star alone is any origin', () => {
  const outcome = cors.translate({ cors: { allowOrigins: ['*'] } }, filterScope())
  assert.ok(outcome.ok)
  assert.deepEqual([outcome.value.node.anyOrigin, outcome.value.node.origins], [true, []])
})

test('what is no origin or no name is refused, each with its place', () => {
  const spec = { allowOrigins: ['https://ok.test', 'ok.test', 'https://a.*.test'], allowHeaders: ['x\r\ny'] }
  const outcome = cors.translate({ cors: spec }, filterScope())
  assert.deepEqual(
    !outcome.ok && outcome.problems.map(({ path }) => path.replace('spec.rules[0].filters[0].cors.', '')),
    ['allowOrigins[1]', 'allowOrigins[2]', 'allowHeaders[0]'],
  )
})
