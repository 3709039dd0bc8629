import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileOrigins, parseOrigin } from './origin.ts'

const rows: [pattern: string, origin: string, allowed: boolean][] = [
  ['https://www.foo.com', 'https://www.foo.com', true],
  ['https://www.foo.com', 'https://WWW.foo.com', true],
  ['https://www.foo.com', 'http://www.foo.com', false],
  ['https://www.foo.com', 'https://www.foo.com:443', true],
  ['https://www.foo.com:443', 'https://www.foo.com', true],
  ['https://www.foo.com', 'https://www.foo.com:8443', false],
  ['https://www.foo.com:8443', 'https://www.foo.com:8443', true],
  ['https://www.foo.com', 'https://www.foo.com.evil.test', false],
  ['https://*.bar.com', 'https://www.bar.com', true],
  ['https://*.bar.com', 'https://x.y.www.bar.com', true],
  ['https://*.bar.com', 'https://bar.com', false],
  ['https://*.bar.com', 'https://.bar.com', false],
  ['https://*.bar.com', 'https://evilbar.com', false],
  ['https://*.bar.com', 'https://www.bar.com:8443', false],
  ['https://*.bar.com:8443', 'https://www.bar.com:8443', true],
  ['https://*', 'https://any.test', true],
  ['https://*', 'http://any.test', false],
  ['https://*.bar.com', 'https://evil.test/.bar.com', false],
  ['https://*.bar.com', 'https://evil.test#.bar.com', false],
  ['https://*.bar.com', 'https://a@x.bar.com', false],
  ['https://*.bar.com', 'null', false],
  ['moz-extension://*', 'moz-extension://7a1c', true],
  ['moz-extension://7a1c', 'moz-extension://7a1c', true],
  ['moz-extension://7a1c', 'https://7a1c', false],
  ['app://*.bar.com:8080', 'app://x.bar.com:8080', true],
  ['app://*.bar.com', 'app://x.bar.com:80', false],
  ['http://localhost:3000', 'http://localhost:3000', true],
]
for (const [pattern, origin, allowed] of rows) {
  test(`${pattern} ${allowed ? 'allows' : 'refuses'} ${origin}`, () => {
    const parsed = parseOrigin(pattern)
    assert.ok(parsed)
    assert.equal(compileOrigins([parsed])(origin), allowed)
  })
}
