import type { FieldMatch, HttpMatch, RankedMatch, Route } from '#ir'
import { compareHttpMatches, isGrpc } from '#ir'
import { compileRegex } from '#kit/regex.ts'
import { type Fields, getField, joinField } from '../message.ts'

/** One match of one rule, ready to be asked. `target` is what the plane runs when it wins. */
export interface Candidate<T> {
  readonly ranked: RankedMatch & { readonly route: Route }
  readonly method: string | undefined
  /** Only for calls of gRPC. */
  readonly grpc: boolean
  /** For regular expression paths; else undefined: the table has looked the path up already. */
  readonly path: ((path: string) => boolean) | undefined
  readonly headers: readonly FieldTest[] | undefined
  readonly query: readonly FieldTest[] | undefined
  readonly target: T
}

interface FieldTest {
  readonly name: string
  readonly test: (value: string) => boolean
}

export function compileMatch<T>(route: Route, match: HttpMatch, index: number, target: T): Candidate<T> {
  return {
    ranked: { route, match, index },
    method: match.method,
    grpc: route.grpc ?? false,
    path: match.path.kind === 'regex' ? compilePattern(match.path.value) : undefined,
    headers: compileFields(match.headers),
    query: compileFields(match.query),
    target,
  }
}

function compileFields(matches: readonly FieldMatch[]): FieldTest[] | undefined {
  if (matches.length === 0) return undefined
  return matches.map(({ name, kind, value }) => ({
    name,
    test: kind === 'exact' ? (seen) => seen === value : compilePattern(value),
  }))
}

function compilePattern(pattern: string): (text: string) => boolean {
  const compiled = compileRegex(pattern)
  // The translation has refused such patterns; one that comes all the same must not match by accident.
  if (!compiled.ok) return () => false
  const regex = compiled.value
  return (text) => regex.test(text)
}

/** Keeps `list` in the order of the spec's precedence. */
export function insertCandidate<T>(list: Candidate<T>[], candidate: Candidate<T>): void {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareHttpMatches(list[middle]!.ranked, candidate.ranked).order <= 0) low = middle + 1
    else high = middle
  }
  list.splice(low, 0, candidate)
}

/** What a match may ask of a request. Query and content type are parsed once, and only when a match asks for them. */
export class Question {
  readonly method: string
  readonly fields: Fields
  readonly #query: string | undefined
  #grpc: boolean | undefined
  #parameters: Map<string, string> | undefined

  constructor(method: string, fields: Fields, query: string | undefined) {
    this.method = method
    this.fields = fields
    this.#query = query
  }

  get grpc(): boolean {
    this.#grpc ??= isGrpc(getField(this.fields, 'content-type'))
    return this.#grpc
  }

  /** First value of the parameter, decoded (Gateway API: repeated parameters match by their first value). */
  parameter(name: string): string | undefined {
    this.#parameters ??= firstParameters(this.#query)
    return this.#parameters.get(name)
  }
}

function firstParameters(query: string | undefined): Map<string, string> {
  const first = new Map<string, string>()
  if (query === undefined) return first
  for (const [name, value] of new URLSearchParams(query)) if (!first.has(name)) first.set(name, value)
  return first
}

export function firstThatHolds<T>(
  list: readonly Candidate<T>[],
  path: string,
  question: Question,
): Candidate<T> | undefined {
  for (const candidate of list) if (holds(candidate, path, question)) return candidate
  return undefined
}

function holds<T>(candidate: Candidate<T>, path: string, question: Question): boolean {
  if (candidate.grpc && !question.grpc) return false
  if (candidate.method !== undefined && candidate.method !== question.method) return false
  if (candidate.path !== undefined && !candidate.path(path)) return false
  if (candidate.headers !== undefined) {
    for (const { name, test } of candidate.headers) {
      const value = joinField(question.fields, name)
      if (value === undefined || !test(value)) return false
    }
  }
  if (candidate.query !== undefined) {
    for (const { name, test } of candidate.query) {
      const value = question.parameter(name)
      if (value === undefined || !test(value)) return false
    }
  }
  return true
}
