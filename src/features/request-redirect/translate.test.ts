import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterScope } from '../../../test/filter-scope.ts'
import { requestRedirect } from './translate.ts'

test('absent fields stay absent, the status is 302', () => {
  const outcome = requestRedirect.translate({ requestRedirect: {} }, filterScope())
  assert.deepEqual(outcome, { ok: true, value: { node: { kind: 'requestRedirect', status: 302 } } })
})

test('all fields', () => {
  const path = { type: 'ReplaceFullPath', replaceFullPath: '/new' }
  const spec = { scheme: 'https', hostname: 'B.test', port: 8443, statusCode: 308, path }
  const outcome = requestRedirect.translate({ requestRedirect: spec }, filterScope())
  assert.deepEqual(outcome.ok && outcome.value.node, {
    kind: 'requestRedirect',
    scheme: 'https',
    hostname: 'b.test',
    port: 8443,
    path: { kind: 'full', value: '/new' },
    status: 308,
  })
})

const refused: [string, Parameters<typeof requestRedirect.translate>[0]['requestRedirect'], string][] = [
  ['an unknown scheme', { scheme: 'ftp' }, 'scheme'],
  ['an unknown status', { statusCode: 304 }, 'statusCode'],
  ['an unknown path modifier', { path: { type: 'ReplaceSuffix' } }, 'path.type'],
]
for (const [what, requestRedirectSpec, field] of refused) {
  test(`${what} is refused, not ignored`, () => {
    const outcome = requestRedirect.translate({ requestRedirect: requestRedirectSpec ?? {} }, filterScope())
    assert.ok(!outcome.ok)
    assert.equal(outcome.problems[0]?.reason, 'UnsupportedValue')
    assert.equal(outcome.problems[0]?.path, `spec.rules[0].filters[0].requestRedirect.${field}`)
  })
}
