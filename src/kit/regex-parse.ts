import type { RegexNode } from './regex-node.ts'
import {
  anything,
  type CodePointSet,
  digit,
  negateSet,
  normalizeSet,
  notNewline,
  posixClasses,
  space,
  word,
} from './regex-set.ts'
import { foldSet, unicodeSet } from './regex-unicode.ts'

/** What is wrong with a pattern, and at which character (counted from 1). Stays inside the kit: `compileRegex` makes a Problem of it. */
export class RegexSyntaxError extends Error {
  readonly at: number

  constructor(message: string, index: number) {
    super(message)
    this.at = index + 1
  }
}

interface Flags {
  /** (?i) */
  readonly fold: boolean
  /** (?s) */
  readonly dotAll: boolean
  /** (?m) */
  readonly multiLine: boolean
  /** (?U) */
  readonly ungreedy: boolean
}

// RE2's own limits (re2/parse.cc, kMaxRepeat and nesting depth).
const maxRepeat = 1000
const maxDepth = 1000

const perlClasses: Readonly<Record<string, CodePointSet>> = { d: digit, s: space, w: word }
const controlEscapes: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** Parses RE2 syntax. @throws RegexSyntaxError */
export function parseRegex(pattern: string): RegexNode {
  return new Parser(pattern, false).parse()
}

/** The same with its groups, numbered, and with what is lazy. @throws RegexSyntaxError */
export function parseRegexGroups(pattern: string): { readonly node: RegexNode; readonly groups: number } {
  const parser = new Parser(pattern, true)
  const node = parser.parse()
  return { node, groups: parser.groups }
}

class Parser {
  readonly #pattern: string
  readonly #keeps: boolean
  readonly #names = new Set<string>()
  groups = 0
  #at = 0
  #depth = 0
  #flags: Flags = { fold: false, dotAll: false, multiLine: false, ungreedy: false }

  /** @param keeps groups and laziness */
  constructor(pattern: string, keeps: boolean) {
    this.#pattern = pattern
    this.#keeps = keeps
  }

  parse(): RegexNode {
    const node = this.#choice()
    if (this.#at < this.#pattern.length) this.#fail('there is no "(" for this ")"; write \\) for the character')
    return node
  }

  #choice(): RegexNode {
    const items = [this.#sequence()]
    while (this.#take('|')) items.push(this.#sequence())
    return items.length === 1 ? items[0]! : { kind: 'choice', items }
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = []
    /** Where the last item's quantifier began; -1: it has none. RE2 refuses to stack them. */
    let quantified = -1
    while (this.#at < this.#pattern.length && !this.#sees('|') && !this.#sees(')')) {
      const start = this.#at
      const range = this.#quantifier()
      if (range) {
        const item = items.at(-1)
        if (!item) this.#fail(`nothing to repeat before "${this.#since(start)}"`, start)
        if (quantified >= 0) {
          this.#fail(`"${this.#since(quantified)}" stacks repetitions; write (?:…) around the first`, quantified)
        }
        const node: RegexNode = { kind: 'repeat', item, ...range }
        if ((range.min > 1 || range.max > 1) && !withinRepeatLimit(node, maxRepeat)) {
          this.#fail(`"${this.#since(start)}" repeats more than ${maxRepeat} times, counting what is nested`, start)
        }
        items[items.length - 1] = node
        quantified = start
        continue
      }
      quantified = -1
      if (!this.#flagGroup()) this.#atom(items)
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items }
  }

  /** `*`, `+`, `?` or `{n,m}`, lazy or not; undefined and nothing taken when there is none: `{` alone is a character. */
  #quantifier(): { min: number; max: number; lazy?: true } | undefined {
    const start = this.#at
    let range: { min: number; max: number } | undefined
    if (this.#take('*')) range = { min: 0, max: -1 }
    else if (this.#take('+')) range = { min: 1, max: -1 }
    else if (this.#take('?')) range = { min: 0, max: 1 }
    else {
      const found = this.#match(/\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/y)
      if (!found) return undefined
      const min = Number(found[1])
      const max = found[2] === undefined ? min : found[3] === undefined ? -1 : Number(found[3])
      if (min > maxRepeat || max > maxRepeat) this.#fail(`"${found[0]}" repeats more than ${maxRepeat} times`, start)
      if (max >= 0 && max < min) this.#fail(`"${found[0]}" ends below its start`, start)
      range = { min, max }
    }
    const isLazy = this.#take('?') !== this.#flags.ungreedy
    return this.#keeps && isLazy ? { ...range, lazy: true } : range
  }

  #atom(items: RegexNode[]): void {
    const start = this.#at
    if (this.#take('(')) items.push(this.#group(start))
    else if (this.#sees('[')) items.push({ kind: 'set', set: this.#class() })
    else if (this.#take('.')) items.push({ kind: 'set', set: this.#flags.dotAll ? anything : notNewline })
    else if (this.#take('^')) items.push({ kind: 'assert', what: this.#flags.multiLine ? 'lineStart' : 'textStart' })
    else if (this.#take('$')) items.push({ kind: 'assert', what: this.#flags.multiLine ? 'lineEnd' : 'textEnd' })
    else if (this.#take('\\Q')) this.#quoted(items)
    else if (this.#take('\\A')) items.push({ kind: 'assert', what: 'textStart' })
    else if (this.#take('\\z')) items.push({ kind: 'assert', what: 'textEnd' })
    else if (this.#take('\\b')) items.push({ kind: 'assert', what: 'wordBoundary' })
    else if (this.#take('\\B')) items.push({ kind: 'assert', what: 'notWordBoundary' })
    else if (this.#sees('\\')) items.push({ kind: 'set', set: this.#namedClass() ?? this.#literal(this.#escape()) })
    else items.push({ kind: 'set', set: this.#literal(this.#codePoint()) })
  }

  /** `\Q…\E`; without `\E` up to the end. */
  #quoted(items: RegexNode[]): void {
    while (this.#at < this.#pattern.length && !this.#take('\\E')) {
      items.push({ kind: 'set', set: this.#literal(this.#codePoint()) })
    }
  }

  #group(start: number): RegexNode {
    const outer = this.#flags
    const isKept = this.#sees('?') ? this.#groupHead(start) : true
    const number = isKept ? ++this.groups : 0
    if (++this.#depth > maxDepth) this.#fail(`groups are nested more than ${maxDepth} deep`, start)
    const node = this.#choice()
    this.#depth--
    if (!this.#take(')')) this.#fail('this "(" is never closed; write \\( for the character', start)
    this.#flags = outer
    if (this.#keeps && isKept) return { kind: 'group', item: node, number }
    // A sequence of its own, so that the group's last quantifier and one behind the group don't look stacked.
    return node.kind === 'repeat' ? { kind: 'sequence', items: [node] } : node
  }

  /** @returns whether the group has a number */
  #groupHead(start: number): boolean {
    const named = this.#match(/\?P?<([A-Za-z0-9_]+)>/y)
    if (named) {
      if (this.#names.has(named[1]!)) this.#fail(`two groups have the name "${named[1]}"`, start)
      this.#names.add(named[1]!)
      return true
    }
    const flags = this.#match(/\?([imsU]*)(-[imsU]+)?:/y)
    if (flags) {
      this.#setFlags(flags[1]!, flags[2] ?? '')
      return false
    }
    this.#fail(explainGroup(this.#pattern.slice(start)), start)
  }

  /** `(?i)` and the like change the flags up to the end of the group around them. */
  #flagGroup(): boolean {
    const flags = this.#match(/\(\?([imsU]*)(-[imsU]+)?\)/y)
    if (flags) this.#setFlags(flags[1]!, flags[2] ?? '')
    return flags !== null
  }

  #setFlags(on: string, off: string): void {
    const value = (flag: string, now: boolean) => (off.includes(flag) ? false : on.includes(flag) ? true : now)
    this.#flags = {
      fold: value('i', this.#flags.fold),
      dotAll: value('s', this.#flags.dotAll),
      multiLine: value('m', this.#flags.multiLine),
      ungreedy: value('U', this.#flags.ungreedy),
    }
  }

  #class(): CodePointSet {
    const start = this.#at
    this.#at++
    const negated = this.#take('^')
    const ranges: number[] = []
    for (let first = true; first || !this.#sees(']'); first = false) {
      if (this.#at >= this.#pattern.length) this.#fail('this "[" is never closed; write \\[ for the character', start)
      const named = this.#posixClass() ?? this.#namedClass()
      if (named) {
        ranges.push(...named)
        continue
      }
      const rangeStart = this.#at
      const low = this.#classCharacter()
      let high = low
      if (this.#sees('-') && !this.#sees('-]')) {
        this.#at++
        if (this.#at >= this.#pattern.length) this.#fail('this "[" is never closed; write \\[ for the character', start)
        high = this.#classCharacter()
        if (high < low) this.#fail(`the range "${this.#since(rangeStart)}" ends below its start`, rangeStart)
      }
      ranges.push(...this.#fold([low, high]))
    }
    this.#at++
    const set = normalizeSet(ranges)
    return negated ? negateSet(set) : set
  }

  #classCharacter(): number {
    return this.#sees('\\') ? this.#escape() : this.#codePoint()
  }

  /** `[:alpha:]` inside a class. */
  #posixClass(): CodePointSet | undefined {
    const start = this.#at
    if (!this.#sees('[:')) return undefined
    const found = this.#match(/\[:(\^?)([^\]]*?):\]/y)
    if (!found) {
      if (this.#pattern.indexOf(':]', start + 2) < 0) return undefined
      this.#fail('this is no class name; RE2 has [[:alpha:]], [[:digit:]] and the like', start)
    }
    const set = Object.hasOwn(posixClasses, found[2]!) ? posixClasses[found[2]!] : undefined
    if (!set) this.#fail(`there is no class "${found[0]}"; there are ${Object.keys(posixClasses).join(', ')}`, start)
    const folded = this.#fold(set)
    return found[1] ? negateSet(folded) : folded
  }

  /** `\d`, `\W`, `\pL`, `\p{^Greek}` and the like. */
  #namedClass(): CodePointSet | undefined {
    const start = this.#at
    const perl = this.#match(/\\([dswDSW])/y)
    if (perl) {
      const set = this.#fold(perlClasses[perl[1]!.toLowerCase()]!)
      return perl[1]! < 'a' ? negateSet(set) : set
    }
    const unicode = this.#match(/\\([pP])(?:\{(\^?)([^}]*)\}|([^{]))/y)
    if (!unicode) return undefined
    const name = unicode[3] ?? unicode[4]!
    const set = unicodeSet(name)
    if (!set) {
      this.#fail(`RE2 knows no "${unicode[0]}"; general categories (\\p{Lu}) and scripts (\\p{Greek}) exist`, start)
    }
    const folded = this.#fold(set)
    return (unicode[1] === 'P') !== (unicode[2] === '^') ? negateSet(folded) : folded
  }

  #escape(): number {
    const start = this.#at
    const hex = this.#match(/\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/y)
    if (hex) {
      const value = Number.parseInt((hex[1] ?? hex[2])!, 16)
      if (value > 0x10ffff) this.#fail(`"${hex[0]}" is above 10FFFF, the last character of Unicode`, start)
      return value
    }
    const octal = this.#match(/\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/y)
    if (octal) return Number.parseInt(octal[1]!, 8)
    this.#at++
    if (this.#at >= this.#pattern.length) this.#fail('the pattern ends with "\\"; write \\\\ for the character', start)
    const codePoint = this.#codePoint()
    const character = String.fromCodePoint(codePoint)
    const control = Object.hasOwn(controlEscapes, character) ? controlEscapes[character] : undefined
    if (control !== undefined) return control
    if (codePoint < 0x80 && !/[A-Za-z0-9]/.test(character)) return codePoint
    this.#fail(explainEscape(character), start)
  }

  #literal(codePoint: number): CodePointSet {
    return this.#fold([codePoint, codePoint])
  }

  #fold(set: CodePointSet): CodePointSet {
    return this.#flags.fold ? foldSet(set) : set
  }

  #codePoint(): number {
    const codePoint = this.#pattern.codePointAt(this.#at)!
    this.#at += codePoint > 0xffff ? 2 : 1
    return codePoint
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at)
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false
    this.#at += text.length
    return true
  }

  #match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at
    const found = sticky.exec(this.#pattern)
    if (found) this.#at += found[0].length
    return found
  }

  #since(start: number): string {
    return this.#pattern.slice(start, this.#at)
  }

  #fail(message: string, index = this.#at): never {
    throw new RegexSyntaxError(message, index)
  }
}

/** RE2 counts nested repetitions together: `(a{100}){11}` is 1100. */
function withinRepeatLimit(node: RegexNode, left: number): boolean {
  switch (node.kind) {
    case 'set':
    case 'assert':
      return true
    case 'group':
      return withinRepeatLimit(node.item, left)
    case 'sequence':
    case 'choice':
      return node.items.every((item) => withinRepeatLimit(item, left))
    case 'repeat': {
      // *, + and ? count nothing by themselves.
      const counted = node.min > 1 || node.max > 1
      const times = counted ? (node.max < 0 ? node.min : node.max) : 1
      if (times > left) return false
      return withinRepeatLimit(node.item, Math.floor(left / times))
    }
  }
}

function explainGroup(rest: string): string {
  if (/^\(\?<?[=!]/.test(rest)) {
    return 'RE2 has no lookaround, as it could not match in linear time; use several matches, or turn the rule round'
  }
  if (rest.startsWith('(?>')) return 'RE2 has no atomic groups and needs none; write (?:…)'
  if (rest.startsWith('(?P=')) return 'RE2 has no backreferences, as they could not match in linear time'
  if (/^\(\?P?</.test(rest)) return 'a group name is letters, digits and "_": (?P<name>…)'
  if (rest.startsWith('(?#')) return 'RE2 has no comments in a pattern; leave it out'
  return 'after "(?" RE2 knows the flags i, m, s, U, a ":" and a name: (?i), (?:…), (?P<name>…)'
}

function explainEscape(character: string): string {
  if (/[1-9]/.test(character))
    return `RE2 has no backreferences ("\\${character}"), as they could not match in linear time`
  if (character === 'k') return 'RE2 has no backreferences ("\\k"), as they could not match in linear time'
  if (character === 'Z') return 'RE2 has no "\\Z"; write \\z for the end of the text'
  if (character === 'C') return 'single bytes ("\\C") are not matched here; write . for a character'
  if (character === 'u') return 'RE2 has no "\\u"; write \\x{…}'
  if (character === 'x') return 'after "\\x" come two hexadecimal digits, or any number in braces: \\x{2665}'
  if (/[bBAz]/.test(character)) return `"\\${character}" means nothing inside […]`
  return `RE2 has no escape "\\${character}"`
}
