import type { Problem } from '#kit/outcome.ts'

/** Reasons after which the API server does not evaluate CEL rules: they could meet values they don't expect. */
const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueRequired',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])

/** Collects problems while a value is walked; `path` is where the walk stands. */
export class Report {
  readonly problems: Problem[] = []
  readonly path: (string | number)[] = []
  blocked = false

  add(reason: string, message: string, below: readonly (string | number)[] = []): void {
    if (BLOCKING.has(reason)) this.blocked = true
    this.problems.push({ reason, message, path: formatPath([...this.path, ...below]) })
  }

  /** Runs a check one step further down. */
  within<T>(step: string | number, check: () => T): T {
    this.path.push(step)
    const result = check()
    this.path.pop()
    return result
  }
}

/** A field path as the API server writes it: `spec.rules[0].name`; a map's key stands in brackets. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[A-Za-z_$][\w$-]*$/.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${step}]`
  }
  return text
}

/** A value in a message: short, and on one line. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
