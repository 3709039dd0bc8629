import type { Assertion, RegexNode } from './regex-node.ts'
import { type CodePointSet, maxCodePoint, newline, word } from './regex-set.ts'

/** Instructions of a nondeterministic automaton; addresses are places in the list. */
export type Instruction =
  | { readonly kind: 'set'; readonly set: CodePointSet; readonly next: number }
  | { readonly kind: 'split'; next: number; readonly other: number }
  | { readonly kind: 'assert'; readonly what: Assertion; readonly next: number }
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
      case 'repeat':
        return buildRepeat(part, next)
    }
  }

  function buildRepeat({ item, min, max }: RegexNode & { kind: 'repeat' }, next: number): number {
    let start = next
    let left = min
    if (max < 0) {
      const loop: Instruction = { kind: 'split', next: 0, other: next }
      const entry = add(loop)
      loop.next = build(item, entry)
      // x{2,} is xx*, but with the last copy inside the loop: x+ needs one copy only.
      start = min === 0 ? entry : loop.next
      left = Math.max(min - 1, 0)
    } else {
      for (let i = min; i < max; i++) start = add({ kind: 'split', next: build(item, start), other: next })
    }
    for (; left > 0; left--) start = build(item, start)
    return start
  }

  const start = build(node, 0)
  const hasAssertions = instructions.some(({ kind }) => kind === 'assert')
  return { instructions, start, hasAssertions, boundaries: findBoundaries(instructions, hasAssertions) }
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
