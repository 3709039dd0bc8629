/** Probes of the kernel on silent connections. Times are whole seconds. */
export interface TcpKeepAlive {
  /** Unanswered ones until the connection counts as dead. */
  readonly probes: number
  /** Silence until the first one. */
  readonly idleMs: number
  readonly intervalMs: number
}

/** How HTTP/2 is spoken with a backend. Left out: the plane's own figures. */
export interface UpstreamHttp2 {
  /** Bytes of a response that may be on their way before we have read them. */
  readonly streamWindow?: number
  /** The same for all responses of a connection. */
  readonly connectionWindow?: number
  /** Of one connection, if the backend allows as many. */
  readonly maxStreams?: number
  readonly ping?: UpstreamPing
  /** A response that breaks the rules ends its stream only, and not its connection. */
  readonly endsStreamsAlone?: true
}

/** Pings of HTTP/2: a connection whose answer does not come is closed. */
export interface UpstreamPing {
  /** Left out: none from time to time. */
  readonly intervalMs?: number
  /** Added to each interval by lot, up to so many percent of it. */
  readonly jitterPercent: number
  readonly timeoutMs: number
  /** Before a request on a connection that has been idle for as long. */
  readonly afterIdleMs?: number
}

/** How the names of a backend's endpoints are looked up. */
export interface NameLookup {
  /** Where `byTtl` is false, or DNS names no TTL. */
  readonly refreshMs?: number
  /** Default: true. */
  readonly byTtl?: boolean
  /** Default: 'all'. The preferred family's addresses count alone when there are any. */
  readonly family?: 'v4' | 'v6' | 'v4Preferred' | 'v6Preferred' | 'all'
}
