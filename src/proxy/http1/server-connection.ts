export interface Http1ServerOptions {
  readonly scheme: 'http' | 'https'
  /** Server name of the TLS handshake, '' when none. */
  readonly sni: string
  /** How long a head may take from its first byte on. 0: no limit. */
  readonly headerTimeoutMs: number
  /** How long a connection may stay without a request, and a body without a byte. 0: no limit. */
  readonly idleTimeoutMs: number
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
  /** After so many requests the connection is closed. 0 or left out: no limit. */
  readonly maxRequests?: number
  readonly rules?: ClientRules | undefined
  /** Bytes that were read before, while the protocol was being found out. */
  readonly first?: Buffer
}

/** What policies say about how clients speak HTTP/1. */
export interface ClientRules {
  readonly keepsCase: boolean
  readonly dropsTrailers: boolean
  /** For requests of HTTP/1.0 that name none. */
  readonly defaultHost: string | undefined
  readonly ignoresUpgrade: ((protocol: string) => boolean) | undefined
}

/** A client's connection, as its owner sees it. */
export interface Http1ServerConnection {
  /**
   * Finishes the exchange in flight, announces the close, and closes. Without one it waits a moment for a request that may
   * be on its way: closing on it would lose it.
   */
  drain(): void
  /** The next answer is the last one; without a request the connection stays. */
  retire(): void
  destroy(): void
  /** Set by the owner; called once. */
  onClose: () => void
}
