import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyScope } from '../../../test/policy-scope.ts'
import { cors } from './policy.ts'

type Spec = Parameters<typeof cors.translate>[0]['cors']

const none: Spec = {}
const plain = { origins: [], anyOrigin: false, credentials: false, methods: [], headers: [], exposed: [] }
const translated: readonly [Spec, object][] = [
  [none, { ...plain, maxAgeSeconds: 5 }],
  [
    { allowOrigins: ['*'], maxAge: '1h30m' },
    { ...plain, anyOrigin: true, maxAgeSeconds: 5_400 },
  ],
  [
    { allowOrigins: ['foo://*.bar.test:8080', 'https://*'], allowCredentials: true, allowMethods: ['GET', '*'] },
    {
      ...plain,
      origins: [
        { scheme: 'foo', host: '*.bar.test', port: 8080 },
        { scheme: 'https', host: '*', port: 443 },
      ],
      credentials: true,
      methods: ['*'],
      maxAgeSeconds: 5,
    },
  ],
]
for (const [spec, fields] of translated) {
  test(`cors ${JSON.stringify(spec)}`, () => {
    const outcome = cors.translate({ cors: spec }, policyScope())
    assert.deepEqual(outcome, { ok: true, value: { nodes: [{ kind: 'cors', ...fields }] } })
  })
}

const refused: readonly [Spec, string][] = [
  [{ allowOrigins: ['https://a.test', 'a.test'] }, 'spec.cors.allowOrigins[1]'],
  [{ allowOrigins: ['https://a.*.test'] }, 'spec.cors.allowOrigins[0]'],
  [{ exposeHeaders: ['a b'] }, 'spec.cors.exposeHeaders[0]'],
  [{ maxAge: 'long' }, 'spec.cors.maxAge'],
]
for (const [spec, path] of refused) {
  test(`cors ${JSON.stringify(spec)} is refused`, () => {
    const outcome = cors.translate({ cors: spec }, policyScope())
    assert.equal(outcome.ok ? undefined : outcome.problems[0]?.path, path)
  })
}
