import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBodyFormat } from './body-format.ts'

const cases: readonly [text: string, parts: unknown][] = [
  ['', []],
  ['plain', ['plain']],
  ['100%%', ['100%']],
  ['%%%%', ['%%']],
  ['%REQ(X-User)%', [{ fields: ['x-user'] }]],
  ['a %REQ(:path?x)%b', ['a ', { fields: [':path', 'x'] }, 'b']],
  ['%REQ(x):3%%REQ(y)%', [{ fields: ['x'], maxLength: 3 }, { fields: ['y'] }]],
  ['50% off', { unknown: '% off' }],
  ['%', { unknown: '%' }],
  ['%REQ()%', { unknown: '%REQ()%' }],
  ['%START_TIME(%s)%', { unknown: '%START_TIME(%s)%' }],
  ['%RESPONSE_CODE%', { unknown: '%RESPONSE_CODE%' }],
]

for (const [text, parts] of cases) {
  test(`body ${JSON.stringify(text)}`, () => assert.deepEqual(parseBodyFormat(text), parts))
}
