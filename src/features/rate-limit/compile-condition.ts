import { compileRegex } from '#kit/regex.ts'
import { compileRanges } from '#proxy'
import type { Condition, CountKey, PathText, TextMatch } from './ir.ts'
import type { RequestView } from './request-view.ts'

type Test = (view: RequestView) => boolean

/** Decided once: whether a request fulfils a condition. What a request does not have fulfils only inverted ones. */
export function compileCondition(condition: Condition): Test {
  const { invert } = condition
  const test = compileTest(condition)
  return invert ? (view) => !test(view) : test
}

function compileTest(condition: Condition): Test {
  switch (condition.kind) {
    case 'header': {
      const { name } = condition
      const matches = compileText(condition.value)
      return (view) => holds(matches, view.field(name))
    }
    case 'query': {
      const { name } = condition
      const matches = compileText(condition.value)
      return (view) => holds(matches, view.parameter(name))
    }
    case 'path': {
      const matches = compileText(condition.value)
      return ({ path }) => matches(path)
    }
    case 'method': {
      const methods = new Set(condition.anyOf)
      return ({ method }) => methods.has(method)
    }
    case 'source': {
      const isIn = compileRanges([condition.cidr])
      return ({ address }) => isIn(address)
    }
  }
}

function holds(matches: (text: string) => boolean, value: string | undefined): boolean {
  return value !== undefined && matches(value)
}

function compileText({ kind, value }: TextMatch | PathText): (text: string) => boolean {
  if (kind === 'exact') return (text) => text === value
  if (kind === 'prefix') {
    const below = value === '/' ? '/' : `${value}/`
    return (text) => text === value || text.startsWith(below)
  }
  const compiled = compileRegex(value)
  if (!compiled.ok) throw new Error(compiled.problems[0]!.message)
  const regex = compiled.value
  return (text) => regex.test(text)
}

/** What is counted apart; undefined: the request has none, and does not meet the rule. */
export function readKey(key: CountKey, view: RequestView): string | undefined {
  switch (key.kind) {
    case 'header':
      return view.firstField(key.name)
    case 'query':
      return view.parameter(key.name)
    case 'source':
      return view.address
  }
}
