import { type Outcome, ok, problem } from './outcome.ts'
import { RegexAutomaton } from './regex-automaton.ts'
import { findGlob, testGlob } from './regex-glob.ts'
import type { RegexNode } from './regex-node.ts'
import { parseRegex, RegexSyntaxError } from './regex-parse.ts'
import { buildProgram, measureRegex, type RegexProgram } from './regex-program.ts'

/**
 * A regular expression in RE2's syntax. Both methods take time linear in the text, whatever the pattern: it comes from users.
 * A text is matched by Unicode characters as they stand in the string.
 */
export interface Regex {
  /** Whether the whole text matches. */
  test(text: string): boolean
  /** Whether the text has a part that matches. */
  search(text: string): boolean
}

/** A step over a text costs at most this much; RE2 bounds the same by memory. */
const maxInstructions = 10_000

/** Compiles RE2 syntax; what RE2 refuses is a problem that says where and what would be right. */
export function compileRegex(pattern: string): Outcome<Regex> {
  try {
    const node = parseRegex(pattern)
    const size = measureRegex(node)
    if (size > maxInstructions) {
      return problem(
        'UnsupportedValue',
        `regular expression "${excerpt(pattern)}" is too large: ${size} steps, ${maxInstructions} at most`,
      )
    }
    return ok(compile(node))
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error
    return problem(
      'UnsupportedValue',
      `regular expression "${excerpt(pattern)}", character ${error.at}: ${error.message}`,
    )
  }
}

function compile(node: RegexNode): Regex {
  const glob = findGlob(node)
  // Built when first needed: most patterns are globs, and few are searched both ways.
  let program: RegexProgram | undefined
  let whole: RegexAutomaton | undefined
  let anywhere: RegexAutomaton | undefined
  return {
    test(text) {
      if (glob && (glob.length === 1 || !text.includes('\n'))) return testGlob(glob, text)
      program ??= buildProgram(node)
      whole ??= new RegexAutomaton(program, 'whole')
      return whole.test(text)
    },
    search(text) {
      program ??= buildProgram(node)
      anywhere ??= new RegexAutomaton(program, 'anywhere')
      return anywhere.test(text)
    },
  }
}

function excerpt(pattern: string): string {
  return pattern.length <= 100 ? pattern : `${pattern.slice(0, 100)}…`
}
