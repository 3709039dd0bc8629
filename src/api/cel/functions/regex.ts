import { compilePattern } from '../../schema/pattern.ts'
import { CelError, type Value, wantIndex, wantString } from '../value.ts'
import { goPattern } from './go-pattern.ts'
import type { Library } from './library.ts'

function matches(value: Value, pattern: Value): boolean {
  const outcome = compilePattern(wantString(pattern, 'matches'))
  if (!outcome.ok) throw new CelError(outcome.problems[0]!.message)
  return outcome.value.search(wantString(value, 'matches'))
}

function find(value: Value, pattern: Value): string {
  return goPattern(wantString(pattern, 'find')).exec(value as string)?.[0] ?? ''
}

function findAll(value: Value, pattern: Value, limit: Value = -1): readonly string[] {
  const count = wantIndex(limit, 'findAll')
  const regex = goPattern(wantString(pattern, 'findAll'))
  const found = Array.from((value as string).matchAll(new RegExp(regex.source, `${regex.flags}g`)), (match) => match[0])
  return count < 0 ? found : found.slice(0, count)
}

/** `matches` of the language, and Kubernetes' regex library. */
export const regexLibrary: Library = {
  functions: { matches },
  methods: { matches: { string: matches }, find: { string: find }, findAll: { string: findAll } },
}
