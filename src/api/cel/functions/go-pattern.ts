const compiled = new Map<string, RegExp>()

/**
 * A Go (RE2) pattern as a RegExp of the same meaning, for `find` and `findAll`, which need to know where a match lies.
 * No rule of the kinds we judge calls them: everything else goes through #kit/regex.ts, in linear time.
 */
export function goPattern(pattern: string): RegExp {
  let regex = compiled.get(pattern)
  if (regex === undefined) {
    regex = new RegExp(toJavaScript(pattern), 'u')
    compiled.set(pattern, regex)
  }
  return regex
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  alnum: '0-9A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\t\\n\\v\\f\\r ',
  xdigit: '0-9A-Fa-f',
  word: '0-9A-Za-z_',
}

/** What RE2 and JavaScript write differently: whole-group flags, ASCII classes, `.`, and escapes that the u flag refuses. */
function toJavaScript(pattern: string): string {
  let result = ''
  let inClass = false
  let at = 0
  while (at < pattern.length) {
    const [text, length] = inClass ? classPart(pattern, at) : part(pattern, at)
    if (text === '[' && !inClass) inClass = true
    else if (text === ']' && inClass) inClass = false
    // `(?i)` holds to the end of its group; here it stands at the top level of a pattern.
    const flags = inClass ? null : /^\(\?([ims]+)\)/.exec(pattern.slice(at))
    if (flags !== null) return `${result}(?${flags[1]}:${toJavaScript(pattern.slice(at + flags[0].length))})`
    result += text
    at += length
  }
  return result
}

function part(pattern: string, at: number): [text: string, length: number] {
  const char = pattern[at]!
  if (char === '\\') return escaped(pattern[at + 1] ?? '', pattern.slice(at), false)
  if (char === '.') return ['[^\\n]', 1]
  if (pattern.startsWith('(?P<', at)) return ['(?<', 4]
  if (char === '[' && pattern[at + 1] === '^' && pattern[at + 2] === ']') return ['[', 1]
  // A brace that opens no counted repetition is a plain character for RE2.
  if (char === '{' && !/^\{\d+(,\d*)?\}/.test(pattern.slice(at))) return ['\\{', 1]
  if (char === '}' && !/\{\d+(,\d*)?$/.test(pattern.slice(0, at))) return ['\\}', 1]
  return [char, 1]
}

function classPart(pattern: string, at: number): [text: string, length: number] {
  const posix = /^\[:(\w+):\]/.exec(pattern.slice(at))
  if (posix !== null && POSIX_CLASSES[posix[1]!] !== undefined) return [POSIX_CLASSES[posix[1]!]!, posix[0].length]
  const char = pattern[at]!
  if (char === '\\') return escaped(pattern[at + 1] ?? '', pattern.slice(at), true)
  return [char === '[' ? '\\[' : char, 1]
}

function escaped(char: string, rest: string, inClass: boolean): [text: string, length: number] {
  const hex = /^\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/.exec(rest)
  if (hex !== null) return [`\\u{${hex[1] ?? hex[2]}}`, hex[0].length]
  if (char === 's') return [inClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]', 2]
  if (char === 'S' && !inClass) return ['[^\\t\\n\\f\\r ]', 2]
  if (char === 'A') return ['^', 2]
  if (char === 'z') return ['$', 2]
  if (/[A-Za-z0-9]/.test(char) || /[\^$\\.*+?()[\]{}|/]/.test(char)) return [`\\${char}`, 2]
  if (char === '-' && inClass) return ['\\-', 2]
  return [char, 2]
}
