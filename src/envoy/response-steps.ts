import type { NamePattern } from '#ir'
import { compileRegex } from '#kit/regex.ts'
import type { Message } from './message.ts'

/** What one filter does to the fields of a response: remove, removeMatching, set, add, addIfAbsent, one after the other. */
export interface ResponseStep {
  readonly remove: readonly string[]
  readonly removeMatching?: readonly NamePattern[]
  readonly set: readonly FormattedField[]
  readonly add: readonly FormattedField[]
  readonly addIfAbsent?: readonly FormattedField[]
}

export interface FormattedField {
  /** In lower case. */
  readonly name: string
  /** A format of Envoy's: `%` begins an operator, and a field without a value is not written. */
  readonly format: string
}

/**
 * The fields of an answer after the steps that it would have met: for those answers that Envoy sends past its filters.
 * @returns envoy.config.core.v3.HeaderValueOption; what Envoy writes of its own is overwritten
 */
export function applySteps(fields: readonly FormattedField[], steps: readonly ResponseStep[]): Message[] {
  let left = [...fields]
  for (const { remove, removeMatching = [], set, add, addIfAbsent = [] } of steps) {
    const patterns = removeMatching.map(compilePattern)
    const gone = new Set([...remove, ...set.map(({ name }) => name)])
    left = left.filter(({ name }) => !gone.has(name) && !patterns.some((matches) => matches(name)))
    left.push(...set, ...add)
    left.push(...addIfAbsent.filter(({ name }) => !left.some((one) => one.name === name)))
  }
  return left.map(({ name, format }, i) => ({
    header: { key: name, value: format },
    append_action:
      left.findIndex((one) => one.name === name) === i ? 'OVERWRITE_IF_EXISTS_OR_ADD' : 'APPEND_IF_EXISTS_OR_ADD',
    ...(format === '' && { keep_empty_value: true }),
  }))
}

function compilePattern({ kind, value }: NamePattern): (name: string) => boolean {
  switch (kind) {
    case 'exact':
      return (name) => name === value
    case 'prefix':
      return (name) => name.startsWith(value)
    case 'suffix':
      return (name) => name.endsWith(value)
    case 'regex': {
      const compiled = compileRegex(value)
      if (!compiled.ok) throw new Error(compiled.problems[0]?.message)
      return (name) => compiled.value.test(name)
    }
  }
}
