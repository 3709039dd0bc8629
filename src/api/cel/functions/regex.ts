import { goPattern } from '../../schema/go-pattern.ts'
import { type Value, wantIndex, wantString } from '../value.ts'
import type { Library } from './library.ts'

function matches(value: Value, pattern: Value): boolean {
  return goPattern(wantString(pattern, 'matches')).test(wantString(value, 'matches'))
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
