import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTarget } from './path.ts'

const cases: [target: string, path: string | undefined, suspect?: string][] = [
  ['/', '/'],
  ['/a/b?x=/../y', '/a/b'],
  ['/%67uarded', '/guarded'],
  ['/a/%2e%2e/guarded', '/guarded'],
  ['/a/../guarded', '/guarded'],
  ['/./guarded', '/guarded'],
  ['/a/.', '/a/'],
  ['/a/b/..', '/a/'],
  ['/.well-known/x', '/.well-known/x'],
  ['/a..b/c', '/a..b/c'],
  ['/a/...', '/a/...'],
  ['/../guarded', undefined],
  ['/a\\b', undefined],
  ['/a%zz', undefined],
  ['/a%00', undefined],
  ['//guarded', '//guarded', '/guarded'],
  ['/x%2fguarded', '/x%2Fguarded', '/x/guarded'],
  ['/x%2f..%2fguarded', '/x%2F..%2Fguarded', '/guarded'],
  ['/x%5c..%5cguarded', '/x%5C..%5Cguarded', '/guarded'],
  ['/guarded;v=1/x', '/guarded;v=1/x', '/guarded/x'],
  ['/x;/../guarded', '/guarded'],
  ['/%2567uarded', '/%2567uarded', '/%67uarded'],
  ['/caf%c3%a9', '/caf%C3%A9', '/cafÃ©'],
]

for (const [target, path, suspect] of cases) {
  test(`target ${target}`, () => {
    const parsed = parseTarget(target)
    assert.equal(parsed?.path, path)
    assert.equal(parsed?.suspect, suspect)
  })
}

test('the query is kept as it is', () => {
  assert.equal(parseTarget('/a?b=%2e&c=;')?.query, 'b=%2e&c=;')
  assert.equal(parseTarget('/a?')?.query, '')
  assert.equal(parseTarget('/a')?.query, undefined)
})
