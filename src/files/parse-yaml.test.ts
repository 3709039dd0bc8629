import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFullYaml } from './parse-full-yaml.ts'
import { notSimple, parseSimpleYaml } from './parse-simple-yaml.ts'

const route = `# a comment
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop   # trailing
  labels: {app: shop, "on": yes, tier: 'a'}
  annotations:
    example.com/note: "a \\"quoted\\" note\\n"
    'single': 'it''s'

spec:
  parentRefs:
  - name: gateway
    sectionName: http
  hostnames: ["shop.example.com", api.example.com]
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /cart
          headers:
            - name: x-version
              value: "1"
      backendRefs:
        -   name: cart
            port: 8080
            weight: 90
        - {name: new, port: 8080, weight: 10}
      timeouts: {}
      list:
        - - a
          - b
        -
          c: d
        -
        - ~
`

const corpus: readonly string[] = [
  route,
  '',
  '# only a comment',
  'a: 1',
  'a: 1\n',
  '{"a": {"b": [1, 2.5, true, null, "x\\u00e9"]}}',
  '{\n  "a": 1,\n  "b": [\n    {}\n  ]\n}\n',
  '{"a":1,"b":[{"c":"d"}]}',
  '[1, 2, 3]',
  '- a\n- b',
  'a: yes\nb: No\nc: on\nd: OFF\ne: y\nf: N\ng: True\nh: ~\ni: null\nj:\nk: nUll',
  'a: 0777\nb: 0x1F\nc: 1_000\nd: 1e3\ne: 1:30\nf: 2001-01-01\ng: 08\nh: 0b11\ni: 0o17\nj: -0x10\nk: +5\nl: .5\nm: 5.',
  'a: .inf\nb: -.inf\nc: 1.2.3.4\nd: 10Mi\ne: 500m\nf: -\ng: -5\nh: --\n',
  'true: a',
  'on: a',
  '1: a\n2.5: b\n~: c',
  'a: 1\na: 2',
  '{"a": 1, "a": 2}',
  'a: &x {b: c}\nd: *x',
  'base: &b\n  x: 1\nthing:\n  <<: *b\n  y: 2',
  'a: !!str 1\nb: !!int "3"',
  'a: |\n  line\n   more\n\n  last\nb: c',
  'a: |-\n  line\n\n\nb: c',
  'a: |+\n  line\n\n\nb: c',
  'a: |\n  line',
  'a: |-\n  line',
  'a: |+\n  line',
  'a: |+\n  line\n\n',
  'a: |\n  line\n  # no comment\nb: 1',
  'a: |2\n    x\n',
  'a: |\n\n  x\n',
  'a: >\n  folded\n  text\n',
  'a: one\n  two\n  three',
  'a: "one\n  two"',
  "a: 'one\n\n  two'",
  'a: b: c',
  'a: b:c',
  'a: http://x/y?z=1#frag',
  'a: x #c',
  'a: x#c',
  'a: "x"#c',
  'a: "x" #c',
  'a: #c\n  b: 1',
  'a:\n  # c\n  b: 1\n # odd\nc: 2',
  'a:\n    b: 1\n  c: 2',
  'a:\n  b: 1\n c: 2',
  'a: 1\n  b: 2',
  '  a: 1\n  b: 2',
  '  a: 1\n b: 2',
  'a:\n- b\n- c\nd: e',
  'a:\n  - b\n  -  c: 1\n     d: 2\n  - e',
  'a:\n  - b: 1\n    - c',
  'a: - b',
  'a: [b, c\n  , d]',
  'a: [b, c\n, d]',
  'a: [b,, c]',
  'a: [b, c,]',
  'a: {b: c, d}',
  'a: {b: , c: 1}',
  'a: {b:c}',
  'a: {"b":c}',
  "a: {'b':c}",
  'a: {b : c}',
  'a: [a b, c: d]',
  'a: [http://x]',
  'a: [- b]',
  'a: [-]',
  'a: {- b: c}',
  'a: ["b" "c"]',
  'a: {b: {c: [d, {e: f}]}}\ng: h',
  'a: {b: c} x',
  'a: {b: c}: d',
  '{a: b}\n{c: d}',
  '"a b": 1\n\'c d\': 2',
  'a b: 1',
  '? a\n: b',
  'a: @x',
  'a: `x`',
  'a: %x',
  'a: *x',
  '__proto__: 1',
  '{"__proto__": {"x": 1}}',
  'a: "\\x41\\u0041\\/ \\e"',
  'a: "\\\\u12"',
  'a:\tb',
  '\ta: b',
  'a: b\r\nc: d\r\n',
  'scalar',
  '"quoted"',
  '- a\nb: c',
  'a: b\n- c',
  'a: ["x", "y"]   # c\nb: {}#c',
  'a:  \n  b:   c   \n',
  'a: ~ \nb: "~"',
  'a: x\n\n\n  \nb: y\n   ',
  'emoji: "😀"',
  'a: -1\nb: - 1',
  'a: ?x\nb: :x\nc: -x',
  'k: v:\n',
]

function agree(text: string): 'read' | 'left' {
  const simple = parseSimpleYaml(text)
  if (simple === notSimple) return 'left'
  const full = parseFullYaml(text)
  assert.ok(full.ok, `the full parser refuses ${JSON.stringify(text)}: ${JSON.stringify(full)}`)
  assert.deepEqual(simple, full.value, JSON.stringify(text))
  return 'read'
}

test('both parsers agree on every tricky document that the fast one reads', () => {
  for (const text of corpus) agree(text)
})

test('the fast parser reads ordinary manifests and JSON itself', () => {
  for (const text of [route, '{"a":1,"b":[{"c":"d"}]}', 'a: |\n  line\nb: c', 'a:\n- b\n'])
    assert.equal(agree(text), 'read')
})

test('both parsers agree on mutated documents', () => {
  const bits = [
    ' ',
    '\n',
    ':',
    '-',
    '- ',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ',',
    '#',
    ' #',
    '|',
    '&a',
    '*a',
    'x',
    '0',
    ': ',
    '\n  ',
  ]
  let seed = 7
  const random = (n: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 8) % n
  }
  let read = 0
  for (let round = 0; round < 3000; round++) {
    let text = corpus[random(corpus.length)]!
    for (let step = 0; step <= random(3); step++) {
      const at = random(text.length + 1)
      text = text.slice(0, at) + (random(3) === 0 ? '' : bits[random(bits.length)]!) + text.slice(at + random(2))
    }
    if (agree(text) === 'read') read++
  }
  assert.ok(read > 300, `only ${read} mutations were read by the fast parser`)
})

test('scalars mean what they mean to kubectl', () => {
  const text =
    'a: yes\nb: 0777\nc: 1:30\nd: 2001-01-01\ne: 08\nf: 1_000\ng: 0x10\nh: Off\ni: ~\nj: "yes"\nk: nUll\nl: 1.0.0'
  const wanted = {
    a: true,
    b: 511,
    c: '1:30',
    d: '2001-01-01',
    e: 8,
    f: 1000,
    g: 16,
    h: false,
    i: null,
    j: 'yes',
    k: 'nUll',
    l: '1.0.0',
  }
  assert.deepEqual(parseSimpleYaml(text), wanted)
  const full = parseFullYaml(text)
  assert.ok(full.ok)
  assert.deepEqual(full.value, wanted)
})

test('an alias bomb, a duplicate key and a dangling alias are mistakes with a place', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 9; i++)
    bomb.push(
      `k${i}: &${'abcdefghij'[i]} [${Array(9)
        .fill(`*${'abcdefghij'[i - 1]}`)
        .join(', ')}]`,
    )
  for (const text of [bomb.join('\n'), 'a: 1\nb: 2\na: 3', 'a: *nowhere', '['.repeat(100_000)]) {
    assert.equal(parseSimpleYaml(text), notSimple)
    const full = parseFullYaml(text)
    assert.equal(full.ok, false, text.slice(0, 40))
  }
  assert.equal(parseFullYaml('a: 1\nb: 2\na: 3').mistakes[0]?.offset, 10)
})

test('a mistake in the text is told once, in words that say what would be right', () => {
  const cases: readonly [string, number, RegExp][] = [
    ['a:\n\tb: 1\n', 3, /a tab indents/],
    ['a: {b: 1\n', 9, /^a \{ above is not closed: \} is missing/],
    ['a: [{na', 7, /^a \{ above is not closed/],
    ['a: [1, 2\nb: 3\n', 9, /^a \[ above is not closed: \] is missing/],
    ['a:\n  b: 1\n c: 2\n', 10, /not in line with its neighbours/],
    ['a:\n  - x\n - y\n', 9, /this - is not in line/],
    ['a:\n  - b: 1\n   c: 2\n', 12, /would start with -/],
    ['a: b: c\n', 3, /a second ': ' follows/],
    ['a:\n  b\n  c: d\n', 5, /is a ':' missing/],
    ['a: "b\nc: 1\n', 11, /double quotes is not closed/],
    ['a: {b: 1 c: 2}\n', 7, /a comma is missing/],
    ['a: @b\n', 3, /has to be quoted/],
  ]
  for (const [text, offset, wanted] of cases) {
    const { mistakes } = parseFullYaml(text)
    assert.equal(mistakes.length, 1, JSON.stringify(text))
    assert.match(mistakes[0]!.message, wanted, JSON.stringify(text))
    assert.equal(mistakes[0]!.offset, offset, JSON.stringify(text))
  }
})
