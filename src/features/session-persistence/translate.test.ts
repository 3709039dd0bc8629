import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slotScope } from '../../../test/filter-scope.ts'
import { sessionPersistence } from './translate.ts'

type Spec = Parameters<typeof sessionPersistence.translate>[0]

const scope = slotScope('sessionPersistence')

function session(spec: Spec) {
  const outcome = sessionPersistence.translate(spec, scope)
  assert.ok(outcome.ok)
  return outcome.value.session
}

test('both shapes of the API say the same', () => {
  const expected = { kind: 'cookie', name: 'cart', lifetime: 'permanent', absoluteTimeoutMs: 3_600_000, path: '/' }
  const absoluteTimeout = '1h'
  assert.deepEqual(
    session({ type: 'Cookie', sessionName: 'cart', absoluteTimeout, cookieConfig: { lifetimeType: 'Permanent' } }),
    expected,
  )
  assert.deepEqual(session({ cookie: { name: 'cart', lifetimeType: 'Permanent' }, absoluteTimeout }), expected)
  const header = { kind: 'header', name: 'x-cart', lifetime: 'session', absoluteTimeoutMs: 0, path: '' }
  assert.deepEqual(session({ type: 'Header', sessionName: 'X-Cart' }), header)
  assert.deepEqual(session({ header: { name: 'X-Cart' } }), header)
})

test('a name is made where none is given: each rule its own, always the same', () => {
  const name = (rule: number) => {
    const outcome = sessionPersistence.translate({}, { ...scope, rule })
    return outcome.ok && outcome.value.session?.name
  }
  assert.match(String(name(0)), /^headgate-[0-9a-f]{8}$/)
  assert.equal(name(0), name(0))
  assert.notEqual(name(0), name(1))
})

test('the path can be given', () => assert.equal(session({ cookie: { path: '/shop' } })?.path, '/shop'))

const refused: [string, Spec, string][] = [
  ['a permanent cookie without absoluteTimeout', { cookieConfig: { lifetimeType: 'Permanent' } }, '.absoluteTimeout'],
  ['an unknown type', { type: 'Token' }, '.type'],
  ['an unknown lifetime', { cookieConfig: { lifetimeType: 'Ever' } }, '.cookieConfig.lifetimeType'],
  ['a name that would split the cookie', { sessionName: 'a;b' }, '.sessionName'],
  ['a path that would split the cookie', { cookie: { path: '/;Domain=evil.test' } }, '.cookie.path'],
]
for (const [what, spec, field] of refused) {
  test(`${what} is refused`, () => {
    const outcome = sessionPersistence.translate(spec, scope)
    assert.ok(!outcome.ok)
    assert.equal(outcome.problems[0]?.reason, 'UnsupportedValue')
    assert.equal(outcome.problems[0]?.path, `spec.rules[0].sessionPersistence${field}`)
  })
}
