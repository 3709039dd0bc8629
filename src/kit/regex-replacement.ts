import { type Outcome, ok, problem } from './outcome.ts'
import { compileRegex } from './regex.ts'
import { type Found, RegexFinder } from './regex-finder.ts'
import { parseRegexGroups } from './regex-parse.ts'
import { buildProgram, measureRegex } from './regex-program.ts'

/** A pattern in RE2's syntax and what takes the place of its matches: `\1` to `\9` are groups, `\0` the match, `\\` a backslash. */
export interface RegexSubstitution {
  readonly pattern: string
  readonly substitution: string
}

/** @returns the text with all matches replaced; undefined: that would take too long */
export type RegexReplacement = (text: string) => string | undefined

/** Each character of a text is tried against so many steps of a pattern. */
const maxInstructions = 1_000
/** Some ten milliseconds. A pattern that fails late after each match makes replacing quadratic, with RE2 as well. */
const maxSteps = 200_000

export function compileReplacement({ pattern, substitution }: RegexSubstitution): Outcome<RegexReplacement> {
  const valid = compileRegex(pattern)
  if (!valid.ok) return valid
  const { node, groups } = parseRegexGroups(pattern)
  const size = measureRegex(node)
  if (size > maxInstructions)
    return problem('UnsupportedValue', `the regular expression is too large: ${size} steps, ${maxInstructions} at most`)
  const parts = parseSubstitution(substitution)
  if (typeof parts === 'string') return problem('UnsupportedValue', parts)
  const highest = Math.max(0, ...parts.filter((part) => typeof part === 'number'))
  if (highest > groups)
    return problem('UnsupportedValue', `"\\${highest}" names a group, of which the pattern has ${groups || 'none'}`)
  const finder = new RegexFinder(buildProgram(node), groups)
  return ok((text) => replaceAll(finder, parts, text))
}

type Part = string | number

/** @returns a text: what is wrong */
function parseSubstitution(substitution: string): readonly Part[] | string {
  const parts: Part[] = []
  for (let i = 0; i < substitution.length; i++) {
    const mark = substitution.indexOf('\\', i)
    const end = mark < 0 ? substitution.length : mark
    if (end > i) parts.push(substitution.slice(i, end))
    if (mark < 0) break
    const escaped = substitution[mark + 1] ?? ''
    if (/\d/.test(escaped)) parts.push(Number(escaped))
    else if (escaped === '\\') parts.push('\\')
    else return `"\\${escaped}" is none of \\0 to \\9, which stand for groups, and \\\\, which stands for a backslash`
    i = mark + 1
  }
  return parts
}

/** As RE2's GlobalReplace: from left to right, and no empty match where the last one ended. */
function replaceAll(finder: RegexFinder, parts: readonly Part[], text: string): string | undefined {
  finder.budget = maxSteps
  let written = ''
  let at = 0
  let lastEnd = -1
  while (at <= text.length) {
    const found = finder.find(text, at)
    if (finder.budget < 0) return undefined
    if (!found) break
    const [start = 0, end = 0] = found
    written += text.slice(at, start)
    if (start === lastEnd && end === start) {
      const width = (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1
      written += text.slice(start, start + width)
      at = start + width
      continue
    }
    for (const part of parts) written += typeof part === 'string' ? part : groupOf(text, found, part)
    at = end
    lastEnd = end
  }
  return written + text.slice(at)
}

function groupOf(text: string, found: Found, group: number): string {
  const start = found[group * 2]!
  return start < 0 ? '' : text.slice(start, found[group * 2 + 1])
}
