import type { Problem } from '#kit/outcome.ts'

/** A problem with its place. */
export interface FileProblem extends Problem {
  /** As the user named it, or below the folder that the user named. `<stdin>` for standard input. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** Key of the object, where the text says it. */
  readonly object?: string
}

/** One line, in the form that editors and terminals make clickable. */
export function formatFileProblem(problem: FileProblem): string {
  const field = problem.path === '' ? '' : ` ${problem.path}:`
  return `${problem.file}:${problem.line}:${problem.column}:${field} ${problem.message}`
}

/** The same for two problems that differ only in their line: a line added above does not make an error a new one. */
export function problemIdentity(problem: FileProblem): string {
  return JSON.stringify([problem.file, problem.object ?? '', problem.path, problem.message])
}
