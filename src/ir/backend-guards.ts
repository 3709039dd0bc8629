/**
 * Limits over all workers of a proxy and all routes that lead to the backend. What is beyond them is answered with 503 at
 * once. Left out: no limit.
 */
export interface CircuitBreaker {
  readonly maxConnections?: number
  /** Requests that wait for a connection. */
  readonly maxPending?: number
  /** Requests in flight. */
  readonly maxRequests?: number
  /** Retries in flight. */
  readonly maxRetries?: number
  /** Present: retries in flight are limited to a share of the requests in flight instead. */
  readonly retryShare?: { readonly percent: number; readonly minConcurrency: number }
  /** A connection is closed after so many requests. */
  readonly maxRequestsPerConnection?: number
  readonly maxConnectionsPerEndpoint?: number
}

/** An endpoint whose answers are bad is left out for a while (passive health check). 0 turns a detector off. */
export interface OutlierDetection {
  readonly consecutive5xx: number
  /** 502, 503, 504. */
  readonly consecutiveGatewayErrors: number
  /** Connections that failed; counted apart from answers only with `splitLocalErrors`. */
  readonly consecutiveLocalFailures: number
  readonly splitLocalErrors: boolean
  /** Share of bad answers in an interval, in percent, for endpoints with 50 requests or more; 0: off. */
  readonly failurePercent: number
  readonly intervalMs: number
  /** Times the number of ejections so far, at most 300 s. */
  readonly baseEjectionMs: number
  /** Of a backend's endpoints, in percent; one may always go with `alwaysEjectOne`. */
  readonly maxEjectionPercent: number
  readonly alwaysEjectOne: boolean
}

/** Asks each endpoint from time to time (active health check). One worker asks, all of them hear. */
export interface HealthCheck {
  readonly ask:
    | {
        readonly kind: 'http'
        readonly path: string
        readonly method: string
        /** Host field; default: the endpoint's address. */
        readonly hostname?: string
        /** Both ends included. */
        readonly healthy: readonly { readonly from: number; readonly to: number }[]
        /** These count towards `unhealthyThreshold`; any other status fails at once. */
        readonly retriable: readonly { readonly from: number; readonly to: number }[]
        /** Base64; must be contained in the body. */
        readonly expectBody?: string
        /** Base64. */
        readonly body?: string
      }
    /** Base64; without `receive` a connection is enough. */
    | { readonly kind: 'tcp'; readonly send?: string; readonly receive?: string }
    /** grpc.health.v1; '' asks for the server as a whole. */
    | { readonly kind: 'grpc'; readonly service: string }
  readonly timeoutMs: number
  readonly intervalMs: number
  /** The first question comes after a random time up to this. */
  readonly initialJitterMs: number
  readonly unhealthyThreshold: number
  readonly healthyThreshold: number
  /** Asked at this port instead of the endpoint's. */
  readonly port?: number
}
