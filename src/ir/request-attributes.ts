/**
 * What one filter finds out about a request for others: fields of the request's state. Filters never import each other, and
 * clients can't write here.
 */
export const requestAttributes = {
  /** Claims of verified tokens by provider: VerifiedClaims. Nothing there: no token was verified. */
  claims: Symbol('verified claims'),
} as const

/** The payload of a verified token, by the name of the provider that it was checked for. */
export type VerifiedClaims = ReadonlyMap<string, Readonly<Record<string, unknown>>>
