import assert from 'node:assert/strict'
import { test } from 'node:test'
import { intersectHostnames } from './hostname.ts'
import { gateway, httpRoute, listener, parentOf, rule, translate } from './objects.fixture.ts'

for (const [on, route, expected] of [
  ['', [], ['']],
  ['', ['b.com', 'A.com'], ['a.com', 'b.com']],
  ['a.com', [], ['a.com']],
  ['a.com', ['a.com', 'b.com'], ['a.com']],
  ['a.example.com', ['*.example.com'], ['a.example.com']],
  ['*.example.com', ['a.example.com', 'a.b.example.com'], ['a.b.example.com', 'a.example.com']],
  ['*.example.com', ['example.com'], []],
  ['*.foo.example.com', ['*.example.com', '*.foo.example.com'], ['*.foo.example.com']],
  ['*.example.com', ['*.foo.example.com', '*.com'], ['*.example.com', '*.foo.example.com']],
  ['*.example.com', ['*.badexample.com', '*.example.org'], []],
] as const) {
  test(`row 5, row 6: listener "${on}" and route [${route}] have [${expected}] in common`, () => {
    assert.deepEqual(intersectHostnames(on, route), expected)
  })
}

test('row 6: listener hostname narrows route hostnames', () => {
  const translation = translate([
    gateway('gw', [listener({ hostname: '*.example.com' })]),
    httpRoute('r', ['gw'], [rule()], { hostnames: ['a.example.com', 'a.example.org', '*.example.com'] }),
    httpRoute('none', ['gw'], [rule()], { hostnames: ['example.com'] }),
  ])
  assert.deepEqual(
    translation.snapshot.routes.map(({ hostnames }) => hostnames),
    [['*.example.com', 'a.example.com']],
  )
  assert.equal(parentOf(translation, 'default/none').Accepted, 'False NoMatchingListenerHostname')
})
