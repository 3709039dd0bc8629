import { CelError, type Value } from './value.ts'

export type Token =
  | { readonly kind: 'literal'; readonly value: Value; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'operator'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number }

const SPACE = /(?:\s|\/\/[^\n]*)*/y
const NUMBER = /0[xX][0-9a-fA-F]+[uU]?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+[uU]?)/y
const NAME = /[A-Za-z_][A-Za-z0-9_]*|`[A-Za-z0-9_.\-/ ]+`/y
const OPERATOR = /&&|\|\||[=!<>]=|[-+*/%!<>?:.,()[\]{}]/y
const STRING = /([rR]?[bB]?|[bB]?[rR]?)("""|'''|"|')/y

/** Splits an expression into tokens. */
export function readTokens(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(source)
  }
  for (;;) {
    at += take(SPACE)![0].length
    if (at >= source.length) break
    const opening = take(STRING)
    if (opening !== null) {
      const [text, end] = readString(source, at + opening[0].length, opening[2]!, /r/i.test(opening[1]!))
      tokens.push({ kind: 'literal', value: /b/i.test(opening[1]!) ? new Uint8Array(Buffer.from(text)) : text, at })
      at = end
      continue
    }
    const start = at
    const number = take(NUMBER)
    const match = number ?? take(NAME) ?? take(OPERATOR)
    if (match === null) throw new CelError(`unexpected character '${source[at]}' at ${at}`)
    at += match[0].length
    const kind = number !== null ? 'number' : /^[A-Za-z_`]/.test(match[0]) ? 'name' : 'operator'
    tokens.push({ kind, text: match[0], at: start })
  }
  tokens.push({ kind: 'end', at })
  return tokens
}

function readString(source: string, from: number, quote: string, raw: boolean): [text: string, end: number] {
  let text = ''
  let at = from
  while (at < source.length) {
    if (source.startsWith(quote, at)) return [text, at + quote.length]
    const char = source[at]!
    if (quote.length === 1 && (char === '\n' || char === '\r')) break
    if (char !== '\\' || raw) {
      text += char
      at += 1
      continue
    }
    const [escaped, length] = readEscape(source, at + 1)
    text += escaped
    at += 1 + length
  }
  throw new CelError(`string without an end at ${from}`)
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '?': '?', '"': '"', "'": "'", '`': '`' },
}

function readEscape(source: string, at: number): [text: string, length: number] {
  const simple = ESCAPES[source[at] ?? '']
  if (simple !== undefined) return [simple, 1]
  const code = /[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})/y
  code.lastIndex = at
  const match = code.exec(source)
  if (match === null) throw new CelError(`unknown escape \\${source[at] ?? ''} at ${at}`)
  const hex = match[1] ?? match[2] ?? match[3]
  const point = hex === undefined ? Number.parseInt(match[4]!, 8) : Number.parseInt(hex, 16)
  if (point > 0x10ffff) throw new CelError(`no such code point at ${at}`)
  return [String.fromCodePoint(point), match[0].length]
}
