import type { BackendKey, FilterNode } from '#ir'

/** Sends a copy of requests to another backend and ignores what comes back. */
export interface RequestMirrorNode extends FilterNode {
  readonly kind: 'requestMirror'
  /** Absent: the backend that was named can't be used. Nothing is copied, and the route's own traffic flows. */
  readonly backend?: BackendKey
  /** How many requests of how many: 1 of 1 is all, 0 of any none. Drawn for each request. */
  readonly share: { readonly numerator: number; readonly denominator: number }
}
