import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RE2JS } from 're2js'
import { cpuMs } from '../../test/cpu-time.ts'
import { compileRegex, type Regex } from './regex.ts'

function compiled(pattern: string): Regex {
  const outcome = compileRegex(pattern)
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problems[0]!.message)
  return outcome.value
}

function refusal(pattern: string): string | undefined {
  const outcome = compileRegex(pattern)
  return outcome.ok ? undefined : outcome.problems[0]!.message
}

test('whole texts and parts of texts', () => {
  const cases: readonly (readonly [pattern: string, text: string, whole: boolean, part: boolean])[] = [
    ['/v[0-9]+/.*', '/v12/x', true, true],
    ['/v[0-9]+/.*', '/x/v12/x', false, true],
    ['', '', true, true],
    ['', 'a', false, true],
    ['a|', '', true, true],
    ['[]a]+', 'a]', true, true],
    ['[^]a]', ']', false, false],
    ['[a-]+', '-a', true, true],
    ['a{2,3}', 'aaaa', false, true],
    ['a{,3}', 'a{,3}', true, true],
    ['a{0}b', 'b', true, true],
    ['\\Qa.*b\\E+', 'a.*bb', true, true],
    ['\\x41\\x{1F600}\\101', 'A😀A', true, true],
    ['.', '😀', true, true],
    ['.', '\n', false, false],
    ['(?s).', '\n', true, true],
    ['a$', 'a\n', false, false],
    ['(?m)a$', 'a\n', false, true],
    ['(?m)^b', 'a\nb', false, true],
    ['\\bfoo\\b', 'a foo b', false, true],
    ['\\Boo\\B', 'foot', false, true],
    ['(?P<n>a)(?<m>b)', 'ab', true, true],
    ['(?i:a)b', 'Ab', true, true],
    ['(?i)a(?-i)b', 'AB', false, false],
    ['(?i)\\x{212a}', 'k', true, true],
    ['(?i)straße', 'STRAẞE', true, true],
    ['(?i)σ', 'ς', true, true],
    ['(?i)[^k]', '\u212a', false, false],
    ['\\pN\\p{Greek}\\P{^Lu}\\PL', '7αZ-', true, true],
    ['[[:alpha:]\\d]+', 'a1', true, true],
    ['[[:^alpha:]]', 'a', false, false],
    ['abc.*def.*g', 'abcdefg', true, true],
    ['abc.*cd', 'abcd', false, false],
    ['a.*b', 'a\nb', false, false],
  ]
  for (const [pattern, text, whole, part] of cases) {
    assert.equal(compiled(pattern).test(text), whole, `${pattern} on ${JSON.stringify(text)}`)
    assert.equal(compiled(pattern).search(text), part, `${pattern} in ${JSON.stringify(text)}`)
  }
})

test('refuses what RE2 refuses, and says where', () => {
  const cases: readonly (readonly [pattern: string, says: RegExp])[] = [
    ['ab(?=c)', /character 3: RE2 has no lookaround/],
    ['(?<!c)', /lookaround/],
    ['(a)\\1', /character 4: RE2 has no backreferences/],
    ['(?P=n)', /backreferences/],
    ['(?>a)', /atomic/],
    ['a++', /stacks repetitions/],
    ['a**', /stacks repetitions/],
    ['*a', /nothing to repeat/],
    ['a|+', /nothing to repeat/],
    ['a{2,1}', /ends below its start/],
    ['a{1001}', /more than 1000/],
    ['((a{10}){10}){11}', /more than 1000/],
    ['(a', /never closed/],
    ['a)', /no "\("/],
    ['[a', /never closed/],
    ['[b-a]', /ends below its start/],
    ['[[:foo:]]', /no class/],
    ['\\p{Klingon}', /knows no/],
    ['\\p{Grek}', /knows no/],
    ['\\q', /no escape/],
    ['a\\', /ends with/],
    ['\\Z', /\\z/],
    ['\\x{110000}', /10FFFF/],
    ['(?<n>a)(?<n>b)', /two groups/],
    ['(?<n-1>a)', /group name/],
    ['(?x)a', /flags/],
    ['[\\b]', /inside/],
    [`${'('.repeat(1001)}${')'.repeat(1001)}`, /nested/],
    ['(\\pL{500}|\\pN{500}){2}'.repeat(6), /too large/],
  ]
  for (const [pattern, says] of cases) assert.match(refusal(pattern) ?? 'accepted', says, pattern.slice(0, 80))
})

test('stays linear on patterns that make others blow up', () => {
  const text = `${'a'.repeat(100_000)}!`
  const start = cpuMs()
  for (const pattern of ['^(a+)+$', '(a|a)*', '(a*)*b', '(.*)(.*)(.*)(.*)x', '(?:a?){30}a{30}']) {
    assert.equal(compiled(pattern).test(text), false)
  }
  // Its automaton has 2^21 states: the memory of the cache ends long before.
  const wide = compiled('[ab]*a[ab]{20}c')
  const below = generator(5).below
  const random = Array.from({ length: 20_000 }, () => 'ab'[below(2)]).join('')
  assert.equal(wide.test(`${random}c`), random.at(-21) === 'a')
  assert.equal(wide.test(`a${'b'.repeat(20)}c`), true)
  assert.equal(wide.search(`${random}a${'b'.repeat(20)}c!`), true)
  assert.ok(cpuMs() - start < 5_000)
})

/** Patterns and texts from a fixed seed; `npm test` sees the same ones each time. */
function generator(seed: number) {
  let state = seed
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const atoms = [
    'a',
    'b',
    'c',
    'é',
    '.',
    '[ab]',
    '[^a]',
    '[a-c]',
    '\\w',
    '\\W',
    '\\d',
    '\\s',
    '[[:upper:]]',
    '\\pL',
    'K',
    '1',
    ' ',
  ]
  const edges = ['^', '$', '\\b', '\\B', '\\A', '\\z', '(?i)', '(?s)', '(?m)', '(?-i)', '(?U)']
  const repeats = ['*', '+', '?', '*?', '+?', '{2}', '{0,2}', '{1,}', '{2,3}?']
  function pattern(depth: number): string {
    const kind = below(depth > 3 ? 4 : 10)
    if (kind < 4) return pick(atoms)
    if (kind === 4) return pick(edges)
    if (kind === 5) return `(?:${pattern(depth + 1)})${pick(repeats)}`
    if (kind === 6) return `(${pattern(depth + 1)}|${pattern(depth + 1)})`
    if (kind === 7) return `(?i:${pattern(depth + 1)})`
    return pattern(depth + 1) + pattern(depth + 1)
  }
  const text = () =>
    Array.from({ length: below(9) }, () => pick(['a', 'b', 'c', 'A', 'K', 'k', 'é', 'É', '1', ' ', '\n', '_'])).join('')
  const garbage = () =>
    Array.from({ length: 1 + below(8) }, () => pick([...'ab()[]{}|*+?\\^$.-,:12dwpLQEx<>!=P'])).join('')
  return { below, pattern: () => pattern(0), text, garbage }
}

test('agrees with re2js on generated patterns', () => {
  const generate = generator(7)
  for (let i = 0; i < 3_000; i++) {
    const pattern = generate.pattern()
    const theirs = RE2JS.compile(pattern)
    const ours = compiled(pattern)
    for (let j = 0; j < 8; j++) {
      const text = generate.text()
      const about = `${JSON.stringify(pattern)} on ${JSON.stringify(text)}`
      assert.equal(ours.test(text), theirs.matches(text), `whole: ${about}`)
      assert.equal(ours.search(text), theirs.matcher(text).find(), `part: ${about}`)
    }
  }
})

test('accepts and refuses what re2js accepts and refuses', () => {
  const generate = generator(11)
  for (let i = 0; i < 20_000; i++) {
    const pattern = generate.garbage()
    let theirs = true
    try {
      RE2JS.compile(pattern)
    } catch {
      theirs = false
    }
    assert.equal(compileRegex(pattern).ok, theirs, `${JSON.stringify(pattern)}: ${refusal(pattern)}`)
  }
})

test('agrees with JavaScript where both mean the same', () => {
  const generate = generator(13)
  for (let i = 0; i < 2_000; i++) {
    const pattern = generate.pattern()
    if (/\(\?|\\[Az]|\[\[|\\p|\$|\\s/.test(pattern)) continue
    const js = new RegExp(pattern)
    const whole = new RegExp(`^(?:${pattern})$`)
    const ours = compiled(pattern)
    for (let j = 0; j < 8; j++) {
      const text = generate.text()
      assert.equal(ours.search(text), js.test(text), `${JSON.stringify(pattern)} in ${JSON.stringify(text)}`)
      assert.equal(ours.test(text), whole.test(text), `${JSON.stringify(pattern)} on ${JSON.stringify(text)}`)
    }
  }
})
