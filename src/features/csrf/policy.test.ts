import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyScope } from '../../../test/policy-scope.ts'
import { idlePlane, requestContext } from '../../../test/request-context.ts'
import { csrf } from './policy.ts'
import { csrf as filter } from './proxy.ts'

type Spec = Parameters<typeof csrf.translate>[0]['csrf']

const refused: readonly [Spec, string][] = [
  [{ additionalOrigins: ['https://a.test', 'a.test'] }, 'additionalOrigins[1]'],
  [{ additionalOrigins: ['https://a.*.test'] }, 'additionalOrigins[0]'],
  [{ additionalOrigins: ['https://a.test/path'] }, 'additionalOrigins[0]'],
  [{ shadowFraction: { numerator: 2, denominator: 1 } }, 'shadowFraction'],
]
for (const [spec, path] of refused)
  test(`csrf ${JSON.stringify(spec)} is refused`, () => {
    const outcome = csrf.translate({ csrf: spec }, policyScope())
    assert.equal(outcome.ok ? undefined : outcome.problems[0]?.path, `spec.csrf.${path}`)
  })

/** Whether a POST to a.test passes. @param random what the plane draws */
function passes(spec: Spec, fields: readonly string[], random = 0): boolean {
  const outcome = csrf.translate({ csrf: spec }, policyScope())
  assert.ok(outcome.ok)
  const [node] = outcome.value.nodes
  const hooks = filter.compile(node!, { ...idlePlane, random: () => random })
  return hooks.onRequest!(requestContext({ method: 'POST', fields: [...fields] })) === undefined
}

const named: Spec = { additionalOrigins: ['https://*.b.test', 'http://c.test:8080', 'https://d.test'] }
const rows: readonly [origin: string, passes: boolean][] = [
  ['https://a.test', true],
  ['http://A.test', true],
  ['https://a.test:8443', false],
  ['https://x.b.test', true],
  ['https://x.y.b.test', true],
  ['https://b.test', false],
  ['https://.b.test', false],
  ['https://evilb.test', false],
  ['https://x.b.test:1', false],
  ['http://c.test:8080', true],
  ['http://c.test', false],
  ['https://d.test.evil.test', false],
  ['https://evil.test/d.test', false],
  ['https://d.test@evil.test', false],
  ['https://evil.test\\.b.test', false],
  ['https://evil.test#.b.test', false],
  ['null', false],
  ['d.test', false],
]
for (const [origin, expected] of rows)
  test(`a page of ${origin} ${expected ? 'may' : 'may not'}`, () => {
    assert.equal(passes(named, ['origin', origin]), expected)
  })

test('Referer speaks where Origin is silent', () => {
  assert.equal(passes({}, ['referer', 'https://a.test/page?x']), true)
  assert.equal(passes({}, ['referer', 'https://evil.test/a.test']), false)
  assert.equal(passes({}, ['origin', 'https://evil.test', 'referer', 'https://a.test/']), false)
  assert.equal(passes({ additionalOrigins: ['*'] }, []), false)
})

test('a part passes', () => {
  const spec: Spec = { shadowFraction: { numerator: 1, denominator: 4 } }
  assert.deepEqual(
    [0, 0.24, 0.25, 0.9].map((random) => passes(spec, [], random)),
    [true, true, false, false],
  )
})
