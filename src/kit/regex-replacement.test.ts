import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RE2JS } from 're2js'
import { compileReplacement } from './regex-replacement.ts'

function replace(pattern: string, substitution: string, text: string): string | undefined {
  const replacement = compileReplacement({ pattern, substitution })
  assert.ok(replacement.ok, JSON.stringify(replacement))
  return replacement.value(text)
}

function refusal(pattern: string, substitution: string): string {
  const replacement = compileReplacement({ pattern, substitution })
  return replacement.ok ? '' : replacement.problems[0]!.message
}

test('groups, all matches, the first way of several', () => {
  for (const [pattern, substitution, text, wanted] of [
    ['^/service/([^/]+)(/.*)$', '\\2/instance/\\1', '/service/foo/v1/api', '/v1/api/instance/foo'],
    ['one', 'two', '/xxx/one/yyy/one/zzz', '/xxx/two/yyy/two/zzz'],
    ['^(.*?)one(.*)$', '\\1two\\2', '/xxx/one/yyy/one/zzz', '/xxx/two/yyy/one/zzz'],
    ['(?i)/xxx/', '/yyy/', '/aaa/XxX/bbb', '/aaa/yyy/bbb'],
    ['a|ab', 'x', 'ab', 'xb'],
    ['(a+)(b?)', '<\\0,\\1,\\2>', 'aab a', '<aab,aa,b> <a,a,>'],
    ['(?U)(a+)(a*)', '[\\1|\\2]', 'aaa', '[a|][a|][a|]'],
    ['b*', '-', 'abc', '-a-c-'],
    ['', '.', 'ab', '.a.b.'],
    ['(a)|(b)', '\\2\\1', 'ab', 'ab'],
    ['\\bv', 'V', 'v v_v', 'V V_v'],
    ['x', '\\\\', 'axb', 'a\\b'],
    ['(?P<id>\\d+)', '#\\1', '/1/22', '/#1/#22'],
    ['😀', 'x', 'a😀', 'ax'],
    ['none', 'x', '/abc', '/abc'],
  ] as const)
    assert.equal(replace(pattern, substitution, text), wanted, `${pattern} in ${text}`)
})

test('what cannot be written', () => {
  assert.match(refusal('(', 'x'), /never closed/)
  assert.match(refusal('(a)', '\\2'), /"\\2" names a group, of which the pattern has 1/)
  assert.match(refusal('a', '\\1'), /has none/)
  assert.match(refusal('a', '\\x'), /none of \\0 to \\9/)
  assert.match(refusal('a', 'b\\'), /none of/)
  assert.match(refusal('a{1000}b', ''), /too large/)
})

test('a text that would take too long is given up', () => {
  const slow = compileReplacement({ pattern: 'a[ab]*c|a', substitution: 'x' })
  assert.ok(slow.ok)
  assert.equal(slow.value('a'.repeat(50)), 'x'.repeat(50))
  assert.equal(slow.value('a'.repeat(5_000)), undefined)
  assert.equal(slow.value('aac'), 'x')
})

test('agrees with re2js on generated patterns', () => {
  let seed = 5
  const below = (n: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % n
  }
  const pick = <T>(items: readonly T[]) => items[below(items.length)]!
  const pattern = (depth: number): string => {
    const kind = below(depth > 3 ? 3 : 8)
    if (kind < 3) return pick(['a', 'b', 'c', '.', '[ab]', '[^a]', 'a', 'b', '^', '$', '\\b'])
    if (kind === 3) return `(${pattern(depth + 1)})${pick(['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{1,}?'])}`
    if (kind === 4) return `(${pattern(depth + 1)}|${pattern(depth + 1)})`
    if (kind === 5) return `(?:${pattern(depth + 1)})`
    return pattern(depth + 1) + pattern(depth + 1)
  }
  for (let i = 0; i < 3_000; i++) {
    const source = pattern(0)
    const matcher = RE2JS.compile(source)
    const groups = matcher.groupCount()
    const replacement = compileReplacement({ pattern: source, substitution: groups > 0 ? '<\\0,\\1>' : '<\\0>' })
    assert.ok(replacement.ok, source)
    for (let j = 0; j < 6; j++) {
      const text = Array.from({ length: below(8) }, () => pick(['a', 'b', 'c', '/'])).join('')
      // Its own replaceAll has Java's rule for empty matches, so it is asked match by match.
      const first = matcher.matcher(text)
      const found = first.find()
      const about = `${source} in ${JSON.stringify(text)}`
      if (!found) {
        assert.equal(replacement.value(text), text, about)
        continue
      }
      const wanted = `${text.slice(0, first.start())}<${first.group()}${groups > 0 ? `,${first.group(1) ?? ''}` : ''}>`
      const got: string = replacement.value(text) ?? ''
      assert.equal(got.slice(0, wanted.length), wanted, about)
    }
  }
})
