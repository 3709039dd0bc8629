import { type CodePointSet, normalizeSet, setHas } from './regex-set.ts'

const categories = new Set(
  'L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs Cc Cf Co'.split(' '),
)
// JavaScript also knows the four-letter codes of scripts (Grek); RE2 knows only their names, and these names have four letters.
const fourLetterScripts = new Set(['Ahom', 'Cham', 'Kawi', 'Lisu', 'Newa', 'Thai', 'Toto'])
const surrogates: CodePointSet = [0xd800, 0xdfff]

const known = new Map<string, CodePointSet>()

/** The set behind `\p{name}`: a general category (`L`, `Lu`) or a script (`Greek`); undefined for names RE2 does not know. */
export function unicodeSet(name: string): CodePointSet | undefined {
  const cached = known.get(name)
  if (cached) return cached
  const set = buildSet(name)
  if (set) known.set(name, set)
  return set
}

function buildSet(name: string): CodePointSet | undefined {
  if (name === 'Any') return [0, 0x10ffff]
  if (name === 'Cs') return surrogates
  if (name === 'C') {
    return normalizeSet([...surrogates, ...scan('Cc'), ...scan('Cf'), ...scan('Co')])
  }
  if (categories.has(name)) return scan(name)
  if (!/^[A-Z][A-Za-z_]+$/.test(name) || (name.length === 4 && !fourLetterScripts.has(name))) return undefined
  try {
    return scan(`Script=${name}`)
  } catch {
    return undefined
  }
}

/** Asks JavaScript's own tables; some 20 ms, once for each name that is used. */
function scan(property: string): CodePointSet {
  const run = new RegExp(`\\p{${property}}+`, 'gu')
  const ranges: number[] = []
  for (let block = 0; block <= 0x10f000; block += 0x1000) {
    if (block === 0xd000) continue
    const text = String.fromCodePoint(...Array.from({ length: 0x1000 }, (_, i) => block + i))
    const width = block >= 0x10000 ? 2 : 1
    for (const match of text.matchAll(run)) {
      const first = block + match.index / width
      ranges.push(first, first + match[0].length / width - 1)
    }
  }
  // The block that the surrogates share with others: Hangul up to D7FF, nothing assigned after DFFF inside it.
  const single = new RegExp(`^\\p{${property}}$`, 'u')
  for (let codePoint = 0xd000; codePoint < 0xd800; codePoint++) {
    if (single.test(String.fromCharCode(codePoint))) ranges.push(codePoint, codePoint)
  }
  return normalizeSet(ranges)
}

/** Adds what differs only in case, by Unicode's simple folding: `k` brings `K` and the Kelvin sign. */
export function foldSet(set: CodePointSet): CodePointSet {
  const folded = [...set]
  for (const orbit of set.every((codePoint) => codePoint < 0x80) ? asciiOrbits() : orbits()) {
    if (!orbit.some((codePoint) => setHas(set, codePoint))) continue
    for (const codePoint of orbit) folded.push(codePoint, codePoint)
  }
  return normalizeSet(folded)
}

type Orbit = readonly number[]
let ascii: readonly Orbit[] | undefined
let all: readonly Orbit[] | undefined

function asciiOrbits(): readonly Orbit[] {
  ascii ??= Array.from({ length: 26 }, (_, i) => {
    const orbit = [0x41 + i, 0x61 + i]
    if (i === 0x4b - 0x41) orbit.push(0x212a) // KELVIN SIGN
    if (i === 0x53 - 0x41) orbit.push(0x17f) // LATIN SMALL LETTER LONG S
    return orbit
  })
  return ascii
}

/** Characters that a case-insensitive RegExp holds for the same; grouped by lower-cased upper case, then asked in pairs. */
function orbits(): readonly Orbit[] {
  if (all) return all
  const groups = new Map<string, number[]>()
  for (const property of ['Changes_When_Casemapped', 'Changes_When_Casefolded']) {
    for (const [first, last] of pairs(scan(property))) {
      for (let codePoint = first; codePoint <= last; codePoint++) {
        const text = String.fromCodePoint(codePoint)
        const key = text.toUpperCase().toLowerCase().toUpperCase()
        const group = groups.get(key) ?? []
        if (!group.includes(codePoint)) groups.set(key, [...group, codePoint])
      }
    }
  }
  all = [...groups.values()].flatMap(splitByFolding)
  return all
}

function splitByFolding(group: readonly number[]): Orbit[] {
  const parts: number[][] = []
  for (const codePoint of group) {
    const text = String.fromCodePoint(codePoint)
    const home = parts.find((part) => new RegExp(`^\\u{${part[0]!.toString(16)}}$`, 'iu').test(text))
    if (home) home.push(codePoint)
    else parts.push([codePoint])
  }
  return parts.filter((part) => part.length > 1)
}

function* pairs(set: CodePointSet): Generator<[number, number]> {
  for (let i = 0; i < set.length; i += 2) yield [set[i]!, set[i + 1]!]
}
