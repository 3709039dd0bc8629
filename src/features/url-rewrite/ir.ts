import type { PathReplacement } from '#kit/path-replacement.ts'

/** Changes host and path on the way to the backend. */
export interface UrlRewriteNode {
  readonly kind: 'urlRewrite'
  /** The Host that the backend sees. */
  readonly hostname?: string
  readonly path?: PathReplacement
}
