import type { BackendKey, FilterNode } from '#ir'

/** Asks another backend about each request, before anything is done with it. Whatever goes wrong, the request stays out. */
export interface ExternalAuthNode extends FilterNode {
  readonly kind: 'externalAuth'
  /** Absent: the backend that was named can't be used. Then every request is answered 500. */
  readonly backend?: BackendKey
  readonly protocol: HttpAuth | GrpcAuth
  /** The request's body up to this size is sent along, and a larger one refused; 0: no body is sent. */
  readonly maxBodyBytes: number
  readonly timeoutMs: number
}

/** The client's method and path, with a prefix; 200 lets the request pass. Names are lower case, sorted. */
export interface HttpAuth {
  readonly kind: 'http'
  /** '' or `/auth`: without a slash at its end. */
  readonly pathPrefix: string
  /** Fields sent besides Host and Authorization. */
  readonly allowedHeaders: readonly string[]
  /** Fields of the answer that the backend gets, and clients can't set; empty: all that say nothing about the answer itself. */
  readonly allowedResponseHeaders: readonly string[]
}

/** Envoy's ext_authz protocol, v3. */
export interface GrpcAuth {
  readonly kind: 'grpc'
  /** Fields that the authoriser sees; empty: all. Names are lower case, sorted. */
  readonly allowedHeaders: readonly string[]
}
