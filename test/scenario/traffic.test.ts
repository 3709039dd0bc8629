import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTraffic } from './traffic.ts'

test('short forms are filled in', () => {
  const [first, second] = parseTraffic(`
- { request: POST shop.test/cart?x, response: 404 }
- { request: { line: /, sni: b.test }, response: { backend: a } }
`)
  assert.deepEqual(first, {
    name: 'POST shop.test/cart?x',
    times: 1,
    beside: 0,
    request: { method: 'POST', host: 'shop.test', path: '/cart?x', headers: {}, body: '', protocol: 'h1' },
    port: 80,
    response: { status: 404 },
  })
  assert.deepEqual([second?.port, second?.request.sni, second?.request.host], [443, 'b.test', 'a.test'])
})

for (const [what, text] of [
  ['an entry', '- { request: /, respnse: 200, response: 200 }'],
  ['a request', '- { request: { line: /, header: { x: y } }, response: 200 }'],
  ['a response', '- { request: /, response: { code: 200 } }'],
  ['what the backend saw', '- { request: /, response: { saw: { url: / } } }'],
  ['what a mirror saw', '- { request: /, response: 200, mirrored: { b: { times: 1, url: / } } }'],
] as const) {
  test(`a key that nobody reads in ${what} is an error`, () => {
    assert.throws(() => parseTraffic(text), /nobody reads/)
  })
}
