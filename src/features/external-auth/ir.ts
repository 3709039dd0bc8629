import type { BackendKey, FilterNode } from '#ir'
import type { Secret } from '#kit/secret.ts'

/** Asks another backend about each request, before anything is done with it. Whatever goes wrong, the request stays out, unless `open`. */
export interface ExternalAuthNode extends FilterNode {
  readonly kind: 'externalAuth'
  /** Absent: the backend that was named can't be used. Then every request is answered 500. */
  readonly backend?: BackendKey
  readonly protocol: HttpAuth | GrpcAuth
  /** The request's body up to this size is sent along, and a larger one refused; 0: no body is sent. */
  readonly maxBodyBytes: number
  readonly timeoutMs: number
  /** Who gets no verdict, because the authoriser is away or fails, passes. */
  readonly open?: true
  /** What who gets no verdict is answered otherwise; default 403. */
  readonly statusOnError?: number
}

/** The client's method and path, with a prefix; 200 lets the request pass. Names are lower case, sorted. */
export interface HttpAuth {
  readonly kind: 'http'
  /** '' or `/auth`: without a slash at its end. */
  readonly pathPrefix: string
  /** In the place of the client's path. */
  readonly path?: string
  /** Fields sent besides Host and Authorization. */
  readonly allowedHeaders: readonly string[]
  /** Fields of the answer that the backend gets, and clients can't set; empty: all that say nothing about the answer itself. */
  readonly allowedResponseHeaders: readonly string[]
  /** Nothing but these, also where there are none. */
  readonly onlyAllowed?: true
}

/** Envoy's ext_authz protocol, v3. */
export interface GrpcAuth {
  readonly kind: 'grpc'
  /** Fields that the authoriser sees; empty: all. Names are lower case, sorted. */
  readonly allowedHeaders: readonly string[]
  /** What the authoriser is told besides, sorted by name. */
  readonly context?: readonly ContextEntry[]
  /** The body as text, which is what most authorisers read; otherwise as bytes where a plane has to choose. */
  readonly textBody?: true
}

export interface ContextEntry {
  readonly name: string
  readonly value: string | Secret
}

export function revealed(value: ContextEntry['value']): string {
  return typeof value === 'string' ? value : value.reveal()
}
