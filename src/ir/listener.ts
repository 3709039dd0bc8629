import type { CertificateKey } from './certificate.ts'
import type { Cidr } from './cidr.ts'
import type { ClientHeaders } from './client-headers.ts'
import type { Origin } from './origin.ts'
import type { TcpKeepAlive, UpstreamHttp2 } from './upstream-connections.ts'

/** `namespace/gateway/listener`; for a ListenerSet's entry `namespace/gateway/set-namespace/set/listener`. */
export type ListenerKey = string & { readonly __listener?: never }

/** One logical listener. Several share a socket when their addresses and port are the same. */
export interface Listener {
  readonly key: ListenerKey
  /** `namespace/name` of the Gateway that owns the socket. */
  readonly gateway: string
  readonly origin: Origin
  /** IP addresses to bind; empty: the plane's default. */
  readonly addresses: readonly string[]
  readonly port: number
  readonly protocol: 'http' | 'https' | 'tls' | 'tcp' | 'udp'
  /** `shop.example.com`, `*.example.com`, or '' for any. Lower case. */
  readonly hostname: string
  /** Present on https and tls. */
  readonly tls?: ListenerTls
  readonly client: ClientSettings
}

export interface ListenerTls {
  readonly mode: 'terminate' | 'passthrough'
  readonly certificates: readonly CertificateKey[]
  /** Present: clients are asked for a certificate. */
  readonly clientValidation?: ClientValidation
  /** Default: TLSv1.2. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** Default: TLSv1.3. */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** OpenSSL names parted by colons; default: the platform's choice. */
  readonly ciphers?: string
  /** Groups of key agreement, the best first: X25519, P-256, P-384, P-521. Default: the platform's choice. */
  readonly curves?: readonly string[]
  /** What handshakes of HTTPS offer. Default: h2 and http/1.1. */
  readonly alpn?: readonly ('h2' | 'http/1.1')[]
  /** IANA's names: `ecdsa_secp256r1_sha256`. Default: the platform's choice. */
  readonly signatureAlgorithms?: readonly string[]
  /** Sessions that are resumed: by tickets that clients keep, or by ids of sessions that the proxy keeps. Default: the plane's choice. */
  readonly resumption?: { readonly tickets: boolean; readonly ids: boolean }
}

export interface ClientValidation {
  /** PEM bundle of the authorities whose clients are let in; '' where the mode verifies nobody. */
  readonly trust: string
  /**
   * 'strict': with a valid certificate only. 'ifGiven': without one, too. 'any': with any certificate. 'insecure': a client without a
   * valid certificate is let in all the same (Gateway API: AllowInsecureFallback).
   */
  readonly mode: 'strict' | 'ifGiven' | 'any' | 'insecure'
  /** Valid certificates whose SHA-256 is none of these are not: of the public key (SPKI, base64) or of the whole (hexadecimal). */
  readonly pins?: { readonly keys: readonly string[]; readonly certificates: readonly string[] }
  /** Valid certificates that have none of these names are not. */
  readonly names?: readonly ClientName[]
  /** PEM lists of the authorities; 'leaf': the authorities themselves are not looked up in them. */
  readonly revocations?: { readonly lists: string; readonly of: 'chain' | 'leaf' }
  readonly allowExpired?: true
}

/** A subject alternative name. DNS: a wildcard in the certificate stands for one label of an exact name. */
export interface ClientName {
  readonly kind: 'dns' | 'uri' | 'email' | 'ip'
  readonly match: TextPattern
}

/** How the listener treats the clients that connect to it. All sockets of a port take the strictest of its listeners. */
export interface ClientSettings {
  /** From the first byte of a request (or the accepted connection) until its head is complete; RFC 9110 15.5.9: 408. */
  readonly headerTimeoutMs: number
  /** A connection without a request in flight is closed after this. */
  readonly idleTimeoutMs: number
  /** No byte in either direction of an open exchange for this long ends it; 0: off. */
  readonly streamIdleTimeoutMs: number
  /** Request line and fields together, in bytes; above: 431 (or 414 when the target alone is too long). */
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
  /** Open client connections of the Gateway's port; above: closed. 0: no limit. */
  readonly maxConnections: number
  /**
   * Open client connections of this listener, over all workers; above: closed. Where a server name tells listeners apart each has
   * its own count; listeners of plain HTTP on one port share one, and the strictest limit, for nobody knows at the beginning of
   * a connection which hosts it will ask for.
   */
  readonly maxListenerConnections?: number
  /**
   * Proxies in front whose X-Forwarded-* fields are believed. 0: the fields that a client sends are replaced. N: the client
   * is the N-th entry of X-Forwarded-For from the right, and X-Forwarded-Proto/-Host are passed on.
   */
  readonly trustedHops: number
  /** How else the client is found; `trustedHops` is 0 then. */
  readonly addressFrom?: AddressSource
  /** X-Forwarded-For is passed on without the peer's address. */
  readonly keepForwardedFor?: true
  readonly maxConcurrentStreams: number
  /** Answers do not tell what is left of rate limits (x-ratelimit-*), where the limit's rule does not ask for it. */
  readonly rateLimitHeaders?: false
  /** A connection too many waits this long before it is closed, so that whoever comes again at once comes less often. */
  readonly closeDelayMs?: number
  /**
   * Connections begin with a PROXY header (versions 1 and 2), which says who the client is; 'optional': they may. Taken where all
   * listeners of a port ask for it: it comes before anything that tells them apart.
   */
  readonly proxyProtocol?: 'required' | 'optional'
  /** Whether a silent client is still there is asked by TCP. */
  readonly tcpKeepAlive?: TcpKeepAlive
  /** Backends of HTTP/2 are told the scheme by which they are spoken to. Default: the client's. */
  readonly schemeOfBackend?: true
  readonly http1?: ClientHttp1
  readonly http2?: ClientHttp2
  /** After so long a connection takes no more requests. 0 in these: no limit. */
  readonly maxConnectionMs?: number
  /** So many requests have an answer on one connection; then the client is asked to open another. */
  readonly maxRequests?: number
  /** An exchange ends after this, whatever moves; 504 where no answer has begun, 408 where the request had not come to its end. */
  readonly maxStreamMs?: number
  /** From the head of a request to its last byte, unless it was answered before; else 408. */
  readonly requestTimeoutMs?: number
  /** From the accepted connection until it is known what it speaks and with whom. Default: `headerTimeoutMs`. */
  readonly inspectionTimeoutMs?: number
  /** Bytes that wait for a slow client before its backend is held back. Default: the plane's own. */
  readonly bufferBytes?: number
  /** For the handshake of TLS. Default: 10s. */
  readonly handshakeTimeoutMs?: number
  /** What is done with `%2F` and `%5C` of paths before they are looked at. Left out: nothing. */
  readonly escapedSlashes?: 'reject' | 'forward' | 'redirect'
  /** Slashes that follow one another become one. */
  readonly mergeSlashes?: true
  readonly headers?: ClientHeaders
  /** X-Forwarded-Client-Cert. Left out: taken away, for a backend that believes it would believe anybody. */
  readonly certificateField?: CertificateField
  /** Requests for exactly this path and query are answered 200, to say that the proxy is there. */
  readonly healthPath?: string
}

/** All but 'always' concern connections whose client has shown a certificate; on others the field is taken away. */
export interface CertificateField {
  /** 'forward': as it came. 'append': with an element about this client behind it. 'set': with that element alone. 'always': as it came. */
  readonly mode: 'forward' | 'append' | 'set' | 'always'
  /** What the element tells beside the certificate's digest. */
  readonly details: readonly CertificateDetail[]
}

export type CertificateDetail = 'cert' | 'chain' | 'subject' | 'uri' | 'dns'

/** How HTTP/1.1 and HTTP/1.0 are spoken with clients. */
export interface ClientHttp1 {
  /** Trailers go on, to backends and back. Default: true. */
  readonly trailers?: boolean
  /** Names of fields reach backends of HTTP/1.1 as the client has written them, and clients as the backend has. */
  readonly keepCase?: true
  /** A connection that is too old ends when it has no request, not with the next one. */
  readonly endsIdle?: true
  /** Requests of HTTP/1.0 without Host are for the listener's hostname, if it has one without a wildcard. */
  readonly defaultHost?: true
  /** Upgrades that are not asked of backends: the request goes on without. */
  readonly ignoredUpgrades?: readonly TextPattern[]
}

export interface TextPattern {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'regex'
  readonly value: string
}

/** How HTTP/2 is spoken with clients. Left out: the plane's own figures. */
export interface ClientHttp2 extends Pick<UpstreamHttp2, 'streamWindow' | 'connectionWindow' | 'ping'> {
  /** What a message that breaks the rules ends. */
  readonly broken?: 'stream' | 'connection'
}

/**
 * 'cidrs': a peer of these networks is believed, and of X-Forwarded-For the last entry that is none of them is the client (all of
 * them: the first). 'field': the address stands in a field of its own; `orRefuse`: who has none is answered 403.
 */
export type AddressSource =
  | { readonly kind: 'cidrs'; readonly cidrs: readonly Cidr[] }
  | { readonly kind: 'field'; readonly name: string; readonly orRefuse: boolean }

export const defaultClientSettings: ClientSettings = {
  headerTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  streamIdleTimeoutMs: 300_000,
  maxHeaderBytes: 65_536,
  maxHeaderCount: 200,
  maxConnections: 0,
  trustedHops: 0,
  maxConcurrentStreams: 128,
}
