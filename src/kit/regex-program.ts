import type { Assertion, RegexNode } from './regex-node.ts'
import { type CodePointSet, maxCodePoint, newline, word } from './regex-set.ts'

/** Instructions of a nondeterministic automaton; addresses are places in the list. */
export type Instruction =
  | { readonly kind: 'set'; readonly set: CodePointSet; readonly next: number }
  /** `next` is tried first. */
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'assert'; readonly what: Assertion; readonly next: number }
  /** Remembers the place in the text: 2n where group n begins, 2n + 1 where it ends. */
  | { readonly kind: 'save'; readonly slot: number; readonly next: number }
  | { readonly kind: 'match' }

export interface RegexProgram {
  readonly instructions: readonly Instruction[]
  readonly start: number
  readonly hasAssertions: boolean
  /**
   * The alphabet cut into classes of characters that no instruction tells apart: class i starts at boundaries[i] and ends
   * before boundaries[i + 1].
   */
  readonly boundaries: readonly number[]
}

/** How many instructions a pattern becomes, to refuse it before memory is spent. */
export function measureRegex(node: RegexNode): number {
  switch (node.kind) {
    case 'set':
    case 'assert':
      return 1
    case 'sequence':
      return node.items.reduce((sum, item) => sum + measureRegex(item), 0)
    case 'group':
      return measureRegex(node.item) + 2
    case 'choice':
      return node.items.reduce((sum, item) => sum + measureRegex(item) + 1, -1)
    case 'repeat': {
      const size = measureRegex(node.item)
      if (node.max < 0) return size * Math.max(node.min, 1) + 1
      return size * node.max + (node.max - node.min)
    }
  }
}

/** Thompson's construction, from the end to the start, so that each instruction knows where it leads. */
export function buildProgram(node: RegexNode): RegexProgram {
  const instructions: Instruction[] = [{ kind: 'match' }]
  const add = (instruction: Instruction) => instructions.push(instruction) - 1

  function build(part: RegexNode, next: number): number {
    switch (part.kind) {
      case 'set':
        return add({ kind: 'set', set: part.set, next })
      case 'assert':
        return add({ kind: 'assert', what: part.what, next })
      case 'sequence':
        return part.items.reduceRight((after, item) => build(item, after), next)
      case 'choice':
        return part.items
          .map((item) => build(item, next))
          .reduceRight((other, first) => add({ kind: 'split', next: first, other }))
      case 'group': {
        const end = add({ kind: 'save', slot: part.number * 2 + 1, next })
        return add({ kind: 'save', slot: part.number * 2, next: build(part.item, end) })
      }
      case 'repeat':
        return buildRepeat(part, next)
    }
  }

  function buildRepeat({ item, min, max, lazy }: RegexNode & { kind: 'repeat' }, next: number): number {
    let start = next
    let left = min
    if (max < 0) {
      const loop: Instruction = { kind: 'split', next, other: next }
      const entry = add(loop)
      const once = build(item, entry)
      if (lazy) loop.other = once
      else loop.next = once
      // x{2,} is xx*, but with the last copy inside the loop: x+ needs one copy only.
      start = min === 0 ? entry : once
      // What may match nothing is entered once before the loop decides, or the order of preference is lost: x* is (x+)?.
      if (min === 0 && mayBeEmpty(item))
        start = add({ kind: 'split', next: lazy ? next : once, other: lazy ? once : next })
      left = Math.max(min - 1, 0)
    } else {
      for (let i = min; i < max; i++) {
        const once = build(item, start)
        start = add({ kind: 'split', next: lazy ? next : once, other: lazy ? once : next })
      }
    }
    for (; left > 0; left--) start = build(item, start)
    return start
  }

  const start = build(node, 0)
  const hasAssertions = instructions.some(({ kind }) => kind === 'assert')
  return { instructions, start, hasAssertions, boundaries: findBoundaries(instructions, hasAssertions) }
}

function mayBeEmpty(node: RegexNode): boolean {
  switch (node.kind) {
    case 'set':
      return false
    case 'assert':
      return true
    case 'sequence':
      return node.items.every(mayBeEmpty)
    case 'choice':
      return node.items.some(mayBeEmpty)
    case 'group':
      return mayBeEmpty(node.item)
    case 'repeat':
      return node.min === 0 || mayBeEmpty(node.item)
  }
}

function findBoundaries(instructions: readonly Instruction[], hasAssertions: boolean): number[] {
  const starts = new Set([0])
  const cut = (set: CodePointSet) => {
    for (let i = 0; i < set.length; i += 2) starts.add(set[i]!).add(set[i + 1]! + 1)
  }
  const sets = new Set<CodePointSet>()
  for (const instruction of instructions) if (instruction.kind === 'set') sets.add(instruction.set)
  for (const set of sets) cut(set)
  // Assertions look at newlines and at what is a word character.
  if (hasAssertions) [newline, word].forEach(cut)
  return [...starts].filter((start) => start <= maxCodePoint).sort((a, b) => a - b)
}
