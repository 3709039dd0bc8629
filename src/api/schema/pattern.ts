import type { Outcome } from '#kit/outcome.ts'
import { compileRegex, type Regex } from '#kit/regex.ts'

const compiled = new Map<string, Outcome<Regex>>()

/**
 * A pattern of a schema or a rule; RE2's syntax, as for all of Kubernetes, and its linear time. JavaScript's own RegExp
 * would not do: Gateway API's pattern for header values takes it exponential time over a long value that ends with a space.
 */
export function compilePattern(pattern: string): Outcome<Regex> {
  let outcome = compiled.get(pattern)
  if (outcome === undefined) {
    outcome = compileRegex(pattern)
    compiled.set(pattern, outcome)
  }
  return outcome
}

/** Whether a schema's pattern matches somewhere in a text. */
export function matchesPattern(pattern: string, text: string): boolean {
  const outcome = compilePattern(pattern)
  if (!outcome.ok) throw new Error(outcome.problems[0]!.message)
  return outcome.value.search(text)
}
