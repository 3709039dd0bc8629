/** A set of code points: first, last, first, last … ascending, without touching or overlapping ranges. */
export type CodePointSet = readonly number[]

export const maxCodePoint = 0x10ffff

export const digit: CodePointSet = [0x30, 0x39]
export const word: CodePointSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]
/** RE2's `\s` has no vertical tab; `[[:space:]]` has it. */
export const space: CodePointSet = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20]
export const anything: CodePointSet = [0, maxCodePoint]
export const newline: CodePointSet = [0x0a, 0x0a]
export const notNewline: CodePointSet = [0, 0x09, 0x0b, maxCodePoint]

/** The names between `[[:` and `:]]`. All are ASCII. */
export const posixClasses: Readonly<Record<string, CodePointSet>> = {
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0x00, 0x7f],
  blank: [0x09, 0x09, 0x20, 0x20],
  cntrl: [0x00, 0x1f, 0x7f, 0x7f],
  digit,
  graph: [0x21, 0x7e],
  lower: [0x61, 0x7a],
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [0x09, 0x0d, 0x20, 0x20],
  upper: [0x41, 0x5a],
  word,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
}

/** Sorts and joins ranges given in any order. */
export function normalizeSet(ranges: readonly number[]): CodePointSet {
  const pairs: [number, number][] = []
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i]!, ranges[i + 1]!])
  pairs.sort((a, b) => a[0] - b[0])
  const joined: number[] = []
  for (const [first, last] of pairs) {
    const end = joined.length - 1
    if (end > 0 && first <= joined[end]! + 1) joined[end] = Math.max(joined[end]!, last)
    else joined.push(first, last)
  }
  return joined
}

export function negateSet(set: CodePointSet): CodePointSet {
  const rest: number[] = []
  let next = 0
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > next) rest.push(next, set[i]! - 1)
    next = set[i + 1]! + 1
  }
  if (next <= maxCodePoint) rest.push(next, maxCodePoint)
  return rest
}

export function setHas(set: CodePointSet, codePoint: number): boolean {
  let low = 0
  let high = set.length / 2 - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (codePoint < set[2 * middle]!) high = middle - 1
    else if (codePoint > set[2 * middle + 1]!) low = middle + 1
    else return true
  }
  return false
}
