import type { Assertion } from './regex-node.ts'
import type { RegexProgram } from './regex-program.ts'
import { setHas, word } from './regex-set.ts'

/** Where a match and its groups lie: begin and end of the whole, of group 1, …; -1: the group took no part. */
export type Found = readonly number[]

/**
 * Finds the part of a text that matches, and its groups, as RE2 does: the leftmost, and of several there the one that the pattern
 * prefers. All ways are followed side by side (Pike), so time is linear in the text for each search.
 */
export class RegexFinder {
  readonly #program: RegexProgram
  readonly #nothing: Found
  /** Instruction -> the round in which it was last reached. */
  readonly #reached: Int32Array
  #round = 0
  /** Steps that are left; below 0 a search gives up. */
  budget = Number.POSITIVE_INFINITY

  /** @param groups how many the pattern has */
  constructor(program: RegexProgram, groups: number) {
    this.#program = program
    this.#nothing = new Array<number>((groups + 1) * 2).fill(-1)
    this.#reached = new Int32Array(program.instructions.length)
  }

  /** The first match that begins at `from` or behind it. */
  find(text: string, from: number): Found | undefined {
    const { instructions, start } = this.#program
    let found: Found | undefined
    let ways: Way[] = []
    this.#round++
    for (let i = from; this.budget >= 0; ) {
      // A match that begins here is worth less than one that has begun already.
      if (!found) this.#follow(start, text, i, placed(this.#nothing, 0, i), ways)
      if (found && ways.length === 0) break
      const codePoint = i < text.length ? text.codePointAt(i)! : -1
      const after = i + (codePoint > 0xffff ? 2 : 1)
      const next: Way[] = []
      this.#round++
      for (const { at, groups } of ways) {
        this.budget--
        const instruction = instructions[at]!
        if (instruction.kind === 'match') {
          found = placed(groups, 1, i)
          break
        }
        if (instruction.kind === 'set' && codePoint >= 0 && setHas(instruction.set, codePoint))
          this.#follow(instruction.next, text, after, groups, next)
      }
      if (codePoint < 0) break
      ways = next
      i = after
    }
    return found
  }

  /** Adds what is reached from an instruction without taking a character, in the order of preference. */
  #follow(from: number, text: string, at: number, groups: Found, ways: Way[]): void {
    const stack: Way[] = [{ at: from, groups }]
    for (let way = stack.pop(); way; way = stack.pop()) {
      if (this.#reached[way.at] === this.#round) continue
      this.#reached[way.at] = this.#round
      this.budget--
      const instruction = this.#program.instructions[way.at]!
      switch (instruction.kind) {
        case 'split':
          stack.push({ at: instruction.other, groups: way.groups }, { at: instruction.next, groups: way.groups })
          break
        case 'save':
          stack.push({ at: instruction.next, groups: placed(way.groups, instruction.slot, at) })
          break
        case 'assert':
          if (holds(instruction.what, text, at)) stack.push({ at: instruction.next, groups: way.groups })
          break
        default:
          ways.push(way)
      }
    }
  }
}

interface Way {
  readonly at: number
  readonly groups: Found
}

function placed(groups: Found, slot: number, at: number): Found {
  const copy = groups.slice()
  copy[slot] = at
  return copy
}

function holds(what: Assertion, text: string, at: number): boolean {
  switch (what) {
    case 'textStart':
      return at === 0
    case 'textEnd':
      return at === text.length
    case 'lineStart':
      return at === 0 || text[at - 1] === '\n'
    case 'lineEnd':
      return at === text.length || text[at] === '\n'
    case 'wordBoundary':
      return isWord(text, at - 1) !== isWord(text, at)
    case 'notWordBoundary':
      return isWord(text, at - 1) === isWord(text, at)
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && setHas(word, text.charCodeAt(at))
}
