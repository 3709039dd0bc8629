import { readTokens, type Token } from './lexer.ts'
import { int, uint } from './number.ts'
import { CelError, Double, type Value } from './value.ts'

export type Node =
  | { readonly op: 'literal'; readonly value: Value }
  | { readonly op: 'ident'; readonly name: string }
  | { readonly op: 'select'; readonly target: Node; readonly field: string; readonly optional: boolean }
  | { readonly op: 'index'; readonly target: Node; readonly index: Node; readonly optional: boolean }
  | { readonly op: 'call'; readonly name: string; readonly target?: Node; readonly args: readonly Node[] }
  | { readonly op: 'unary'; readonly operator: '!' | '-'; readonly operand: Node }
  | { readonly op: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly op: 'ternary'; readonly condition: Node; readonly yes: Node; readonly no: Node }
  | { readonly op: 'list'; readonly items: readonly { readonly node: Node; readonly optional: boolean }[] }
  | {
      readonly op: 'map'
      readonly entries: readonly { readonly key: Node; readonly value: Node; readonly optional: boolean }[]
    }

/** Weakest first; operators of one line associate to the left. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
]

/** Parses a CEL expression; throws a CelError that says where it went wrong. */
export function parseExpression(source: string): Node {
  return new Parser(source).parse()
}

class Parser {
  readonly #source: string
  readonly #tokens: readonly Token[]
  #position = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = readTokens(source)
  }

  parse(): Node {
    const node = this.#expression()
    if (this.#current.kind !== 'end') throw this.#unexpected()
    return node
  }

  get #current(): Token {
    return this.#tokens[this.#position]!
  }

  #unexpected(): CelError {
    const near = this.#source.slice(this.#current.at, this.#current.at + 20)
    return new CelError(near === '' ? 'the expression ends too early' : `unexpected '${near}' at ${this.#current.at}`)
  }

  #accept(text: string): boolean {
    const token = this.#current
    if ((token.kind !== 'operator' && token.kind !== 'name') || token.text !== text) return false
    this.#position += 1
    return true
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#unexpected()
  }

  #expression(): Node {
    const condition = this.#binary(0)
    if (!this.#accept('?')) return condition
    const yes = this.#binary(0)
    this.#expect(':')
    return { op: 'ternary', condition, yes, no: this.#expression() }
  }

  #binary(level: number): Node {
    const operators = LEVELS[level]
    if (operators === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const operator = operators.find((text) => this.#accept(text))
      if (operator === undefined) return left
      left = { op: 'binary', operator, left, right: this.#binary(level + 1) }
    }
  }

  #unary(): Node {
    if (this.#accept('!')) return { op: 'unary', operator: '!', operand: this.#unary() }
    if (!this.#accept('-')) return this.#member()
    const token = this.#current
    // A negative literal is one number: the smallest int64 has no positive counterpart.
    if (token.kind === 'number') {
      this.#position += 1
      return this.#suffixes({ op: 'literal', value: numberOf(`-${token.text}`) })
    }
    return { op: 'unary', operator: '-', operand: this.#unary() }
  }

  #member(): Node {
    return this.#suffixes(this.#primary())
  }

  #suffixes(start: Node): Node {
    let node = start
    for (;;) {
      if (this.#accept('.')) {
        const optional = this.#accept('?')
        const name = this.#name()
        node =
          !optional && this.#accept('(')
            ? { op: 'call', name, target: node, args: this.#list(')') }
            : { op: 'select', target: node, field: name, optional }
      } else if (this.#accept('[')) {
        const optional = this.#accept('?')
        const index = this.#expression()
        this.#expect(']')
        node = { op: 'index', target: node, index, optional }
      } else return node
    }
  }

  #primary(): Node {
    const token = this.#current
    if (token.kind === 'literal') {
      this.#position += 1
      return { op: 'literal', value: token.value }
    }
    if (token.kind === 'number') {
      this.#position += 1
      return { op: 'literal', value: numberOf(token.text) }
    }
    if (this.#accept('(')) {
      const node = this.#expression()
      this.#expect(')')
      return node
    }
    if (this.#accept('[')) return { op: 'list', items: this.#items() }
    if (this.#accept('{')) return { op: 'map', entries: this.#entries() }
    this.#accept('.') // A leading dot only says "from the root", and there is one scope.
    const name = this.#name()
    if (name === 'true' || name === 'false') return { op: 'literal', value: name === 'true' }
    if (name === 'null') return { op: 'literal', value: null }
    if (this.#accept('(')) return { op: 'call', name, args: this.#list(')') }
    return { op: 'ident', name }
  }

  #name(): string {
    const token = this.#current
    if (token.kind !== 'name') throw this.#unexpected()
    this.#position += 1
    return token.text.replaceAll('`', '')
  }

  #list(end: string): readonly Node[] {
    const nodes: Node[] = []
    while (!this.#accept(end)) {
      nodes.push(this.#expression())
      if (this.#accept(',')) continue
      this.#expect(end)
      break
    }
    return nodes
  }

  #items(): readonly { node: Node; optional: boolean }[] {
    const items: { node: Node; optional: boolean }[] = []
    while (!this.#accept(']')) {
      const optional = this.#accept('?')
      items.push({ node: this.#expression(), optional })
      if (this.#accept(',')) continue
      this.#expect(']')
      break
    }
    return items
  }

  #entries(): readonly { key: Node; value: Node; optional: boolean }[] {
    const entries: { key: Node; value: Node; optional: boolean }[] = []
    while (!this.#accept('}')) {
      const optional = this.#accept('?')
      const key = this.#expression()
      this.#expect(':')
      entries.push({ key, value: this.#expression(), optional })
      if (this.#accept(',')) continue
      this.#expect('}')
      break
    }
    return entries
  }
}

function numberOf(text: string): Value {
  const unsigned = /[uU]$/.test(text)
  const digits = unsigned ? text.slice(0, -1) : text
  if (/^-?0[xX]/.test(digits) || /^-?\d+$/.test(digits)) {
    const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits)
    return unsigned ? uint(value) : int(value)
  }
  return new Double(Number(digits))
}
