import type { PathReplacement } from '#kit/path-replacement.ts'

/** Answers with a Location. What is absent comes from the request. */
export interface RequestRedirectNode {
  readonly kind: 'requestRedirect'
  readonly scheme?: 'http' | 'https'
  readonly hostname?: string
  readonly port?: number
  readonly path?: PathReplacement
  readonly status: 301 | 302 | 303 | 307 | 308
}
