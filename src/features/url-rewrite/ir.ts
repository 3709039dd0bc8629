import type { PathReplacement } from '#kit/path-replacement.ts'
import type { RegexSubstitution } from '#kit/regex-replacement.ts'

/** Changes host and path on the way to the backend. */
export interface UrlRewriteNode {
  readonly kind: 'urlRewrite'
  /** The Host that the backend sees. */
  readonly hostname?: string
  /** Where it comes from instead. */
  readonly hostFrom?: HostSource
  readonly path?: PathReplacement
  /** Every match in the path, the query left alone. */
  readonly pathBy?: RegexSubstitution
}

export type HostSource =
  /** What a field of the request says, lower case; as it was where there is no such field. */
  | { readonly kind: 'field'; readonly name: string }
  /** The name by which the endpoint was found; as it was where it is an address. */
  | { readonly kind: 'endpoint' }
  /** The path, query left out, with its matches replaced. */
  | { readonly kind: 'path'; readonly by: RegexSubstitution }
