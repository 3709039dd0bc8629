import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileRegex } from '#kit/regex.ts'
import { anySpelling, unclearPath } from './path-spellings.ts'

function matches(pattern: string, path: string): boolean {
  const regex = compileRegex(pattern)
  assert.ok(regex.ok)
  return regex.value.test(path)
}

test('a guarded path is guarded in every spelling', () => {
  const below = anySpelling('/a.b/c', true)
  for (const path of [
    '/a.b/c',
    '/a.b/c/',
    '/a.b/c/d',
    '//a.b/c',
    '/a.b//c',
    '/a.b%2Fc',
    '/a.b\\c',
    '/a.b;x/c;y=z/d',
    '/a.b/c%2fd',
  ])
    assert.ok(matches(below, path), path)
  for (const path of ['/a.b', '/a.b/cd', '/axb/c', '/x/a.b/c']) assert.ok(!matches(below, path), path)
  const exact = anySpelling('/a', false)
  assert.deepEqual(
    ['/a', '//a', '/a;x', '/a/', '/a/b'].map((path) => matches(exact, path)),
    [true, true, true, false, false],
  )
})

test('dot segments that only some see', () => {
  for (const path of [
    '/a/..;/b',
    '/a/..;x=y',
    '/a/..%2Fb',
    '/a/..%5cb',
    '/a%2f../b',
    '/a%2f..',
    '/a\\..',
    '/%2e%2e;/b',
  ])
    assert.ok(matches(unclearPath, path), path)
  for (const path of ['/a/x..y', '/a/...;/b', '/.well-known/a;b', '/a%2Fb', '/'])
    assert.ok(!matches(unclearPath, path), path)
})
