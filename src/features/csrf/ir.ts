import type { FilterNode } from '#ir'

/** Requests that change something must come from a page of the same host, or of one that is named. */
export interface CsrfNode extends FilterNode {
  readonly kind: 'csrf'
  readonly any: boolean
  /** Hosts with their port where one is written, in lower case; a star at the beginning stands for one character or more. */
  readonly origins: readonly string[]
  /** The part of the requests that pass whatever they say. */
  readonly passed: { readonly numerator: number; readonly denominator: number }
}

/** Methods that change something. */
export const changing: readonly string[] = ['POST', 'PUT', 'DELETE', 'PATCH']
