import type { Assertion } from './regex-node.ts'
import type { RegexProgram } from './regex-program.ts'
import { setHas, word } from './regex-set.ts'

// What a state remembers about the character before it, for assertions.
const atStart = 1
const afterNewline = 2
const afterWord = 4

// Places in the transition table that are no states.
const unknown = 0
const dead = -1
const matched = -2

/** Cells of the transition table (1 Ki of states with 63 classes each), 256 KiB. */
const maxCells = 65_536

/**
 * Runs a program over texts in linear time: a deterministic automaton, whose states are built when a text first needs them.
 * When its memory is full, the rest of the text is matched without it, state by state, and the next text starts it anew.
 */
export class RegexAutomaton {
  readonly #program: RegexProgram
  /** 'whole': the text from its start to its end; 'anywhere': a part of it. */
  readonly #mode: 'whole' | 'anywhere'
  /** Class of each character below 256. */
  readonly #lowClasses: Int32Array
  /** The class that stands for the end of the text. */
  readonly #end: number
  readonly #flagsAfter: Uint8Array

  #cells = new Int32Array(0)
  #states: State[] = []
  #ids = new Map<string, number>()
  #full = false
  /** Instruction -> the round in which it was last reached. */
  readonly #reached: Int32Array
  #round = 0

  constructor(program: RegexProgram, mode: 'whole' | 'anywhere') {
    this.#program = program
    this.#mode = mode
    this.#end = program.boundaries.length
    this.#reached = new Int32Array(program.instructions.length)
    this.#lowClasses = Int32Array.from({ length: 256 }, (_, codePoint) => this.#search(codePoint))
    this.#flagsAfter = Uint8Array.from(program.boundaries, (first) => this.#flagsOf(first))
    this.#clear()
  }

  test(text: string): boolean {
    if (this.#full) this.#clear()
    const stride = this.#end + 1
    // State 0 does not exist: 0 in the table means "not known yet".
    let state = 1
    let i = 0
    for (;;) {
      let cls = this.#end
      let width = 1
      if (i < text.length) {
        const unit = text.charCodeAt(i)
        if (unit < 256) cls = this.#lowClasses[unit]!
        else {
          const codePoint = text.codePointAt(i)!
          cls = this.#search(codePoint)
          if (codePoint > 0xffff) width = 2
        }
      }
      let next = this.#cells[state * stride + cls]!
      if (next === unknown) {
        next = this.#learn(state, cls)
        if (this.#full) return this.#simulate(this.#states[state]!, text, i)
      }
      if (next < 0) return next === matched
      state = next
      i += width
    }
  }

  /** Computes one cell of the table. Sets `#full` and leaves the table alone when there is no room for the state it leads to. */
  #learn(from: number, cls: number): number {
    const next = this.#advance(this.#states[from]!, cls)
    const target = typeof next === 'number' ? next : this.#intern(next)
    if (target !== unknown) this.#cells[from * (this.#end + 1) + cls] = target
    return target
  }

  #intern(state: State): number {
    state.at.sort((a, b) => a - b)
    const key = `${state.flags}:${state.at.join()}`
    const existing = this.#ids.get(key)
    if (existing !== undefined) return existing
    const id = this.#states.length
    const stride = this.#end + 1
    const needed = (id + 1) * stride
    // Even an alphabet of thousands of classes gets a few states.
    if (needed > maxCells && id > 8) {
      this.#full = true
      return unknown
    }
    if (needed > this.#cells.length) {
      const cells = new Int32Array(Math.max(needed, Math.min(this.#cells.length * 2, maxCells)))
      cells.set(this.#cells)
      this.#cells = cells
    }
    this.#states.push(state)
    this.#ids.set(key, id)
    return id
  }

  #clear(): void {
    const start: State = { at: [this.#program.start], flags: this.#program.hasAssertions ? atStart : 0 }
    this.#full = false
    this.#cells = new Int32Array(0)
    this.#ids = new Map()
    this.#states = [{ at: [], flags: 0 }]
    this.#intern(start)
  }

  #simulate(state: State, text: string, from: number): boolean {
    let now = state
    for (let i = from; ; ) {
      const codePoint = i < text.length ? text.codePointAt(i)! : -1
      const next = this.#advance(now, codePoint < 0 ? this.#end : this.#search(codePoint))
      if (typeof next === 'number') return next === matched
      now = next
      i += codePoint > 0xffff ? 2 : 1
    }
  }

  /** One step: follows what needs no character (now that both neighbours are known), then takes the character. */
  #advance({ at, flags }: State, cls: number): State | typeof matched | typeof dead {
    const { instructions, boundaries, start } = this.#program
    const anywhere = this.#mode === 'anywhere'
    const atEnd = cls === this.#end
    const codePoint = atEnd ? -1 : boundaries[cls]!
    const after = atEnd ? 0 : this.#flagsAfter[cls]!
    const round = this.#nextRound()
    const stack = at.slice()
    if (anywhere) stack.push(start)
    const targets: number[] = []
    while (stack.length > 0) {
      const address = stack.pop()!
      if (this.#reached[address] === round) continue
      this.#reached[address] = round
      const instruction = instructions[address]!
      switch (instruction.kind) {
        case 'match':
          if (anywhere || atEnd) return matched
          break
        case 'split':
          stack.push(instruction.other, instruction.next)
          break
        case 'assert':
          if (holds(instruction.what, flags, after, atEnd)) stack.push(instruction.next)
          break
        case 'set':
          if (!atEnd && setHas(instruction.set, codePoint)) targets.push(instruction.next)
      }
    }
    if (atEnd || (targets.length === 0 && !anywhere)) return dead
    const seen = this.#nextRound()
    const unique = targets.filter((target) => {
      if (this.#reached[target] === seen) return false
      this.#reached[target] = seen
      return true
    })
    return { at: unique, flags: this.#program.hasAssertions ? after : 0 }
  }

  #nextRound(): number {
    if (this.#round === 0x7fffffff) {
      this.#round = 0
      this.#reached.fill(0)
    }
    return ++this.#round
  }

  #flagsOf(codePoint: number): number {
    return (codePoint === 0x0a ? afterNewline : 0) | (setHas(word, codePoint) ? afterWord : 0)
  }

  #search(codePoint: number): number {
    const { boundaries } = this.#program
    let low = 0
    let high = boundaries.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (boundaries[middle]! <= codePoint) low = middle
      else high = middle - 1
    }
    return low
  }
}

interface State {
  /** Addresses before what needs no character was followed: that depends on the next character. */
  readonly at: number[]
  readonly flags: number
}

/** @param before flags of the character before; @param after the same of the one that follows */
function holds(what: Assertion, before: number, after: number, atEnd: boolean): boolean {
  switch (what) {
    case 'textStart':
      return (before & atStart) !== 0
    case 'textEnd':
      return atEnd
    case 'lineStart':
      return (before & (atStart | afterNewline)) !== 0
    case 'lineEnd':
      return atEnd || (after & afterNewline) !== 0
    case 'wordBoundary':
      return (before & afterWord) !== (after & afterWord)
    case 'notWordBoundary':
      return (before & afterWord) === (after & afterWord)
  }
}
