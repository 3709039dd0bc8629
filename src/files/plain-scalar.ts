/**
 * What an unquoted YAML scalar means to Kubernetes. kubectl reads YAML 1.1 as go-yaml v2 does: `yes`, `on` and `off` are
 * booleans, `0777` is octal, `1_000` is a number; but `1:30` stays text, and so does a date.
 */
export function parsePlainScalar(text: string): unknown {
  const first = text.charCodeAt(0)
  if (first >= 48 && first <= 57) return parseNumber(text)
  switch (text[0]) {
    case '+':
    case '-':
      return infinities.has(text) ? infinities.get(text) : parseNumber(text)
    case '.':
      return infinities.has(text) ? infinities.get(text) : parseNumber(text)
    default:
      // No word of the list is longer than five letters.
      return text.length <= 5 && words.has(text) ? words.get(text) : text
  }
}

function cases(word: string): string[] {
  return [word, word[0]!.toUpperCase() + word.slice(1), word.toUpperCase()]
}

const words = new Map<string, boolean | null>([
  ...['y', 'yes', 'true', 'on'].flatMap(cases).map((word) => [word, true] as const),
  ...['n', 'no', 'false', 'off'].flatMap(cases).map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
])

// JSON has no infinity, so Kubernetes refuses these; they stay numbers here and the schema says what is wrong.
const infinities = new Map<string, number>([
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
])

function parseNumber(text: string): unknown {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  if (/^[-+]?(0|[1-9][0-9]*)$/.test(plain)) return Number(plain)
  if (/^[-+]?(0[0-7]+|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.test(plain)) return parseRadix(plain)
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)) return Number(plain)
  return text
}

function parseRadix(text: string): number {
  const sign = text[0] === '-' ? -1 : 1
  const digits = text.replace(/^[-+]/, '')
  const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  return sign * value
}
