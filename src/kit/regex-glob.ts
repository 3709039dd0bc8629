import type { RegexNode } from './regex-node.ts'
import { anything, type CodePointSet, notNewline } from './regex-set.ts'

/** `literal.*literal.*`: a pattern that needs no automaton. Between two pieces stands `.*`. */
export type Glob = readonly string[]

/** The pieces of a pattern that is only literals and `.*` (and anchors where they say nothing new); else undefined. */
export function findGlob(node: RegexNode): Glob | undefined {
  const pieces = ['']
  const items = flatten(node)
  for (const [i, item] of items.entries()) {
    const literal = item.kind === 'set' ? singleCharacter(item.set) : undefined
    if (literal !== undefined) pieces[pieces.length - 1] += literal
    else if (isDotStar(item)) pieces.push('')
    else if (item.kind === 'assert' && item.what === 'textStart' && i === 0) continue
    else if (item.kind === 'assert' && item.what === 'textEnd' && i === items.length - 1) continue
    else return undefined
  }
  return pieces
}

/** Whether the whole text matches. Only for texts without a newline, which `.` does not match. */
export function testGlob(glob: Glob, text: string): boolean {
  const first = glob[0]!
  if (glob.length === 1) return text === first
  const last = glob.at(-1)!
  if (!text.startsWith(first)) return false
  let at = first.length
  for (let i = 1; i < glob.length - 1; i++) {
    const found = text.indexOf(glob[i]!, at)
    if (found < 0) return false
    at = found + glob[i]!.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

function flatten(node: RegexNode): readonly RegexNode[] {
  return node.kind === 'sequence' ? node.items.flatMap(flatten) : [node]
}

function singleCharacter(set: CodePointSet): string | undefined {
  return set.length === 2 && set[0] === set[1] ? String.fromCodePoint(set[0]!) : undefined
}

function isDotStar(node: RegexNode): boolean {
  return (
    node.kind === 'repeat' &&
    node.min === 0 &&
    node.max === -1 &&
    node.item.kind === 'set' &&
    (node.item.set === notNewline || node.item.set === anything)
  )
}
