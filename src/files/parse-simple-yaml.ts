import { parsePlainScalar } from './plain-scalar.ts'

/** What `parseSimpleYaml` answers for a document that it leaves to the full parser. */
export const notSimple = Symbol('not simple')

/**
 * Reads the YAML that manifests are made of — block mappings and sequences, scalars on one line, literal blocks, flow
 * collections and so JSON — some twenty times faster than the full parser, which matters at 5,000 routes. It never guesses:
 * whatever is unusual or wrong (anchors, tags, folded text, tabs, duplicate keys, odd indentation) is `notSimple`, and the
 * full parser decides. A test holds that both agree on every document that this one reads.
 * @param text one document, without its `---`
 */
export function parseSimpleYaml(text: string): unknown {
  if (unusualCharacters.test(text)) return notSimple
  try {
    return new SimpleYaml(text).document()
  } catch (error) {
    // RangeError: nested so deeply that the stack ends.
    if (error === leave || error instanceof RangeError) return notSimple
    throw error
  }
}

// Tabs and carriage returns are legal in places; C0 controls, DEL to NEL, line separators and byte order marks are not or differ.
const unusualCharacters = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]/
const plainKey = /([A-Za-z_][\w./-]*):(?=[ \n]|$)/y
const quotedKey = /"([^"\\\n]*)":(?=[ \n]|$)|'([^'\n]*)':(?=[ \n]|$)/y
const flowPlain = /[\w./~+-][^,[\]{}:#\n"'&*!|>%@`?]*/y
const leave = Symbol('leave it to the full parser')

class SimpleYaml {
  readonly #text: string
  #at = 0
  /** Column of the content of the current line; -1 at the end. */
  #indent = -1

  constructor(text: string) {
    this.#text = text
  }

  document(): unknown {
    this.#toContent()
    if (this.#indent < 0) return null
    const value = this.#isFlow() ? this.#inline(-1) : this.#block()
    if (this.#indent >= 0) throw leave
    return value
  }

  /** From the start of a line to the next content, over blank lines and comments. */
  #toContent(): void {
    const text = this.#text
    for (;;) {
      const start = this.#at
      while (text.charCodeAt(this.#at) === 32) this.#at++
      if (this.#at >= text.length) {
        this.#indent = -1
        return
      }
      const code = text.charCodeAt(this.#at)
      if (code === 10) this.#at++
      else if (code === 35) this.#at = lineEnd(text, this.#at) + 1
      else {
        this.#indent = this.#at - start
        return
      }
    }
  }

  #block(): unknown {
    return this.#isDash() ? this.#sequence(this.#indent) : this.#mapping(this.#indent)
  }

  #isDash(): boolean {
    if (this.#text.charCodeAt(this.#at) !== 45) return false
    const next = this.#text.charCodeAt(this.#at + 1)
    return next === 32 || next === 10 || Number.isNaN(next)
  }

  #isFlow(): boolean {
    const code = this.#text.charCodeAt(this.#at)
    return code === 123 || code === 91
  }

  #mapping(indent: number): unknown {
    const result: Record<string, unknown> = {}
    while (this.#indent === indent && !this.#isDash()) {
      const key = this.#key()
      if (key === undefined || Object.hasOwn(result, key)) throw leave
      result[key] = this.#value(indent, true)
    }
    if (this.#indent > indent) throw leave
    return result
  }

  /** A key and its colon, or nothing. */
  #key(): string | undefined {
    plainKey.lastIndex = this.#at
    let match = plainKey.exec(this.#text)
    if (match !== null) {
      this.#at += match[0].length
      const key = match[1]!
      // `on:` is a boolean key, and `__proto__` no ordinary one.
      if (parsePlainScalar(key) !== key || key === '__proto__') throw leave
      return key
    }
    quotedKey.lastIndex = this.#at
    match = quotedKey.exec(this.#text)
    if (match === null) return undefined
    this.#at += match[0].length
    const key = match[1] ?? match[2]!
    if (key === '__proto__') throw leave
    return key
  }

  #sequence(indent: number): unknown {
    const result: unknown[] = []
    while (this.#indent === indent && this.#isDash()) {
      const dash = this.#at
      this.#at++
      this.#skipSpaces()
      if (this.#atLineEnd()) result.push(this.#value(indent, false))
      else {
        const column = indent + (this.#at - dash)
        result.push(this.#entry(indent, column))
      }
    }
    if (this.#indent > indent) throw leave
    return result
  }

  /** What stands behind a dash on its line: a nested sequence, the first key of a mapping, or a scalar. */
  #entry(indent: number, column: number): unknown {
    if (this.#isDash()) {
      this.#indent = column
      return this.#sequence(column)
    }
    const start = this.#at
    if (this.#key() === undefined) return this.#inline(indent)
    this.#at = start
    this.#indent = column
    return this.#mapping(column)
  }

  /** The value after a colon or a lonely dash. @param sameIndent a sequence may stand at the indent of its key */
  #value(indent: number, sameIndent: boolean): unknown {
    this.#skipSpaces()
    if (!this.#atLineEnd()) return this.#inline(indent)
    this.#nextLine()
    if (this.#indent > indent) return this.#isFlow() ? this.#inline(indent) : this.#block()
    if (sameIndent && this.#indent === indent && this.#isDash()) return this.#sequence(indent)
    return null
  }

  #skipSpaces(): void {
    while (this.#text.charCodeAt(this.#at) === 32) this.#at++
  }

  /** At the end of the line, or at a comment that has a space before it. */
  #atLineEnd(): boolean {
    const code = this.#text.charCodeAt(this.#at)
    if (code === 10 || Number.isNaN(code)) return true
    return code === 35 && this.#text.charCodeAt(this.#at - 1) === 32
  }

  #nextLine(): void {
    this.#at = lineEnd(this.#text, this.#at) + 1
    this.#toContent()
  }

  /** A value that starts on this line, inside a block of that indent. */
  #inline(indent: number): unknown {
    if (this.#text.charCodeAt(this.#at) === 124) return this.#literal(indent)
    const value = this.#isFlow() ? this.#flow(indent) : this.#scalar()
    this.#skipSpaces()
    if (!this.#atLineEnd()) throw leave
    this.#nextLine()
    // Deeper text would continue the scalar.
    if (this.#indent > indent) throw leave
    return value
  }

  #scalar(): unknown {
    const text = this.#text
    const code = text.charCodeAt(this.#at)
    if (code === 34 || code === 39) return this.#quoted(code)
    const line = text.slice(this.#at, lineEnd(text, this.#at))
    const comment = line.indexOf(' #')
    const plain = (comment < 0 ? line : line.slice(0, comment)).trimEnd()
    if (/^[,[\]{}#&*!|>'"%@`]|^[-?:](?: |$)|: |:$/.test(plain)) throw leave
    this.#at += plain.length
    return parsePlainScalar(plain)
  }

  /** A quoted scalar that ends on its line. */
  #quoted(quote: number): string {
    const text = this.#text
    const start = this.#at
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 10) throw leave
      if (code === 92 && quote === 34) at++
      else if (code === quote) {
        if (quote === 39 && text.charCodeAt(at + 1) === 39) at++
        else {
          this.#at = at + 1
          return unquote(text.slice(start, at + 1))
        }
      }
    }
    throw leave
  }

  /** `|`, `|-` or `|+`; the first line sets the indent. */
  #literal(indent: number): string {
    const text = this.#text
    const header = text.slice(this.#at, lineEnd(text, this.#at))
    if (!/^\|[-+]?$/.test(header)) throw leave
    this.#at += header.length + 1
    const first = /( *)[^ \n]/y
    first.lastIndex = this.#at
    const depth = first.exec(text)?.[1]?.length
    if (depth === undefined || depth <= indent || depth === 0) throw leave
    const lines: string[] = []
    while (this.#at < text.length) {
      const end = lineEnd(text, this.#at)
      let content = this.#at
      while (content < end && text.charCodeAt(content) === 32) content++
      if (content < end && content - this.#at < depth) break
      lines.push(text.slice(Math.min(this.#at + depth, end), end))
      this.#at = end + 1
    }
    // Parsers differ on a literal whose last line has no line break.
    if (this.#at > text.length) throw leave
    this.#toContent()
    return chomp(lines, header[1])
  }

  #flow(indent: number): unknown {
    const closing = this.#text.charCodeAt(this.#at++) === 123 ? 125 : 93
    const list: unknown[] = []
    const map: Record<string, unknown> = {}
    for (;;) {
      this.#skipFlowSpace(indent)
      if (this.#text.charCodeAt(this.#at) === closing) break
      if (closing === 93) list.push(this.#flowValue(indent))
      else this.#flowPair(map, indent)
      this.#skipFlowSpace(indent)
      const code = this.#text.charCodeAt(this.#at)
      if (code === 44) this.#at++
      else if (code !== closing) throw leave
    }
    this.#at++
    return closing === 93 ? list : map
  }

  #flowPair(map: Record<string, unknown>, indent: number): void {
    const quoted = this.#text.charCodeAt(this.#at) === 34
    const key = this.#isFlow() ? undefined : this.#flowValue(indent)
    if (typeof key !== 'string' || key === '__proto__' || Object.hasOwn(map, key)) throw leave
    if (this.#text.charCodeAt(this.#at++) !== 58) throw leave
    const next = this.#text.charCodeAt(this.#at)
    // Only behind a quoted key may the value touch the colon, as in JSON.
    if (!quoted && next !== 32 && next !== 10) throw leave
    this.#skipFlowSpace(indent)
    const code = this.#text.charCodeAt(this.#at)
    if (code === 44 || code === 125) throw leave
    map[key] = this.#flowValue(indent)
  }

  #flowValue(indent: number): unknown {
    if (this.#isFlow()) return this.#flow(indent)
    const code = this.#text.charCodeAt(this.#at)
    if (code === 34 || code === 39) return this.#quoted(code)
    flowPlain.lastIndex = this.#at
    const match = flowPlain.exec(this.#text)
    if (match === null || match[0] === '-' || match[0].startsWith('- ')) throw leave
    this.#at += match[0].length
    return parsePlainScalar(match[0].trimEnd())
  }

  #skipFlowSpace(indent: number): void {
    const text = this.#text
    for (;;) {
      this.#skipSpaces()
      if (text.charCodeAt(this.#at) !== 10) return
      const start = ++this.#at
      this.#skipSpaces()
      if (this.#at - start <= indent) throw leave
    }
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1)
  if (quoted[0] === "'") return inner.replaceAll("''", "'")
  if (!inner.includes('\\')) return inner
  // JSON's escapes mean the same in YAML; YAML has more of them.
  if (/\\[^"\\/bfnrtu]|\\u(?![0-9a-fA-F]{4})/.test(inner.replaceAll('\\\\', ''))) throw leave
  return JSON.parse(quoted)
}

function chomp(lines: string[], indicator: string | undefined): string {
  if (indicator === '+') return `${lines.join('\n')}\n`
  while (lines.length > 0 && lines.at(-1) === '') lines.pop()
  return lines.join('\n') + (indicator === '-' ? '' : '\n')
}
