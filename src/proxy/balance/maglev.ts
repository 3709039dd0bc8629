import { hashText } from './hash-text.ts'

/**
 * The lookup table of Maglev (Eisenbud et al., NSDI 2016, section 3.4): each name claims entries in an order of its own,
 * one at a time, so that all get nearly the same number, and a name that goes leaves nearly all other entries as they were.
 * @param size a prime
 * @returns by entry the index of the name; empty when there are no names
 */
export function buildMaglevTable(names: readonly string[], size: number): Int32Array {
  if (names.length === 0) return new Int32Array(0)
  // In the order of their names, so that the snapshot's order does not matter.
  const order = names.map((_, index) => index).sort((a, b) => (names[a]! < names[b]! ? -1 : 1))
  const offset = names.map((name) => hashText(name) % size)
  const skip = names.map((name) => (hashText(name, 0x9747b28c) % (size - 1)) + 1)
  const next = names.map((_, index) => offset[index]!)
  const table = new Int32Array(size).fill(-1)
  for (let filled = 0; ; ) {
    for (const index of order) {
      let entry = next[index]!
      while (table[entry]! >= 0) entry = (entry + skip[index]!) % size
      table[entry] = index
      next[index] = (entry + skip[index]!) % size
      if (++filled === size) return table
    }
  }
}
