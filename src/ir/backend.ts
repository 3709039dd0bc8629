import type { Secret } from '#kit/secret.ts'
import type { CircuitBreaker, HealthCheck, OutlierDetection } from './backend-guards.ts'
import type { Balance } from './balance.ts'
import type { Origin } from './origin.ts'
import type { NameLookup, TcpKeepAlive, UpstreamHttp2 } from './upstream-connections.ts'

/** `kind/namespace/name/port`, plus what makes a policy's copy distinct. */
export type BackendKey = string & { readonly __backend?: never }

/** Where requests can be sent: one per Service port (and policy). Health, pools and breakers hang on it. */
export interface Backend {
  readonly key: BackendKey
  readonly origin: Origin
  readonly port: number
  /** What is spoken to its endpoints. */
  readonly protocol: 'http1' | 'h2c' | 'tcp' | 'udp'
  /** Present: the connection is TLS; with protocol h2c, HTTP/2 is negotiated by ALPN. */
  readonly tls?: UpstreamTls
  readonly connectTimeoutMs: number
  readonly retryBudget?: RetryBudget
  readonly balance?: Balance
  readonly breaker?: CircuitBreaker
  readonly outlier?: OutlierDetection
  readonly health?: HealthCheck
  /** When fewer endpoints than this are healthy, in percent, all of them get traffic again (Envoy's panic threshold). Default: 50. */
  readonly panicPercent?: number
  /** A connection without requests is closed after this; 0: never. Left out: after the plane's own time. */
  readonly idleTimeoutMs?: number
  /** A connection this old takes no more requests. */
  readonly maxConnectionMs?: number
  readonly tcpKeepAlive?: TcpKeepAlive
  /** Bytes of one connection that wait in memory before its sender has to. */
  readonly bufferBytes?: number
  /** Connections opened ahead of need, as shares of those that requests use, in percent; 100: none. */
  readonly preconnect?: { readonly perEndpointPercent?: number; readonly predictivePercent?: number }
  readonly http2?: UpstreamHttp2
  /** Requests go on by the version of HTTP by which they came; `protocol` holds where there is none. */
  readonly followsClient?: true
  /** The client's address goes ahead of each connection, which carries that client's requests only (PROXY protocol). */
  readonly proxyProtocol?: 1 | 2
  readonly lookup?: NameLookup
}

/** Retries to this backend are cut off beyond a share of its requests (GEP-3388). Counted per worker. */
export interface RetryBudget {
  /** Retries among all requests of the interval, in percent. */
  readonly percent: number
  readonly intervalMs: number
  /** So many retries are allowed in any case… */
  readonly minRetries: number
  /** …in this time. */
  readonly minRetriesIntervalMs: number
}

export interface UpstreamTls {
  /** SNI, and the name the certificate must carry. */
  readonly hostname: string
  /**
   * PEM bundle; 'system': the platform's; 'none': not verified (only where the user asked for it by name); 'nobody': what
   * the user wrote cannot be understood, so every connection fails: never plaintext, never unverified.
   */
  readonly trust:
    | { readonly kind: 'bundle'; readonly pem: string }
    | { readonly kind: 'system' }
    | { readonly kind: 'none' }
    | { readonly kind: 'nobody'; readonly why: string }
  readonly subjectAltNames: readonly { readonly kind: 'dns' | 'uri'; readonly value: string }[]
  readonly clientCertificate?: { readonly chain: string; readonly privateKey: Secret }
}

/** The addresses behind a backend, apart from it: pods come and go without touching routes. */
export interface EndpointSet {
  readonly backend: BackendKey
  /** Sorted by `endpointKey`. Only endpoints that may get traffic. */
  readonly endpoints: readonly Endpoint[]
}

export type Endpoint =
  | {
      readonly kind: 'ip'
      readonly address: string
      readonly port: number
      readonly zone?: string
      /** What was looked up to find it. */
      readonly name?: string
      /** Zones, and nodes, whose proxies it is meant for first (KEP-2433, KEP-3015); see `preferNear`. */
      readonly forZones?: readonly string[]
      readonly forNodes?: readonly string[]
    }
  /** A name that the plane resolves again by its TTL; each address is an endpoint. */
  | { readonly kind: 'dns'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

/** One text per endpoint: `10.0.0.1:80`, `[::1]:80`, `dns:host:80`, `unix:/run/x.sock`. */
export function endpointKey(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'ip':
      return endpoint.address.includes(':')
        ? `[${endpoint.address}]:${endpoint.port}`
        : `${endpoint.address}:${endpoint.port}`
    case 'dns':
      return `dns:${endpoint.host}:${endpoint.port}`
    case 'unix':
      return `unix:${endpoint.path}`
  }
}

export const defaultConnectTimeoutMs = 5_000
