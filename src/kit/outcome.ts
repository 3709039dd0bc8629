/** A user's mistake: a value that becomes a status condition or a line of `headgate check`, never an exception. */
export interface Problem {
  /** Machine-readable, CamelCase; a Gateway API reason where one fits. */
  readonly reason: string
  /** For a tired person: what is wrong, on which object, what would be right. */
  readonly message: string
  /** Field path inside the object, as the API server writes it: `spec.rules[0].matches[1].path.value`; '' for the whole. */
  readonly path: string
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export function ok<T>(value: T): Outcome<T> {
  return { ok: true, value }
}

export function problem(reason: string, message: string, path = ''): Outcome<never> {
  return { ok: false, problems: [{ reason, message, path }] }
}
