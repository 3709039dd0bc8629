import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePathReplacement, replacePath } from './path-replacement.ts'

const prefix = [{ path: { kind: 'prefix' } }]

// The table of Gateway API's HTTPPathModifier, then what it leaves open. Matched prefixes come without trailing slash.
const rows: [path: string, matched: string, replacement: string, result: string][] = [
  ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
  ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'],
  ['/foo', '/foo', '/xyz', '/xyz'],
  ['/foo/', '/foo', '/xyz', '/xyz/'],
  ['/foo/bar', '/foo', '', '/bar'],
  ['/foo/', '/foo', '', '/'],
  ['/foo', '/foo', '', '/'],
  ['/foo/', '/foo', '/', '/'],
  ['/foo', '/foo', '/', '/'],
  ['/foo/bar?q=/foo', '/foo', '/xyz', '/xyz/bar?q=/foo'],
  ['/foo?q', '/foo', '', '/?q'],
  ['/', '/', '/xyz', '/xyz/'],
  ['/bar', '/', '/xyz', '/xyz/bar'],
  ['/foo/bar', '/foo', 'xyz', '/xyz/bar'],
]
for (const [path, matched, replacement, result] of rows) {
  test(`${path} with prefix ${matched} replaced by "${replacement}" is ${result}`, () => {
    const to = parsePathReplacement({ type: 'ReplacePrefixMatch', replacePrefixMatch: replacement }, prefix, 'p')
    assert.ok(to.ok)
    assert.equal(replacePath(path, matched, to.value), result)
  })
}

test('a full path keeps the query', () => {
  const to = parsePathReplacement({ type: 'ReplaceFullPath', replaceFullPath: '/new' }, [], 'p')
  assert.ok(to.ok)
  assert.equal(replacePath('/old/x?a=b?c', '/old', to.value), '/new?a=b?c')
})

test('a prefix can only be replaced where all matches are prefixes', () => {
  const matches = [{ path: { kind: 'prefix' } }, { path: { kind: 'exact' } }]
  const to = parsePathReplacement({ type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' }, matches, 'p')
  assert.deepEqual(!to.ok && [to.problems[0]?.reason, to.problems[0]?.path], ['UnsupportedValue', 'p.type'])
})

for (const value of ['/a\r\nx: y', '/a b', '/a?b', '/a#b', '/ü', '/\\evil.test']) {
  test(`${JSON.stringify(value)} is refused as a path`, () => {
    assert.equal(parsePathReplacement({ type: 'ReplaceFullPath', replaceFullPath: value }, [], 'p').ok, false)
  })
}

test('an unknown modifier is refused, not ignored', () => {
  assert.equal(parsePathReplacement({ type: 'ReplaceSuffix' }, prefix, 'p').ok, false)
})
