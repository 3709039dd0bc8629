import type { Fields, RequestHead, ResponseHead } from './message.ts'
import type { ClientCertificate } from './tls/client-certificate.ts'

/**
 * The seam between the protocols and the core. Both HTTP codecs, on both sides, speak these four interfaces; everything
 * above them (routing, filters, retries, timeouts) knows no sockets and is tested without one.
 *
 * Rules for both directions:
 * - `write` returns false when the peer is slower than us: stop until `onWritable`.
 * - `pause` and `resume` hold back incoming body bytes (in-flight ones may still arrive once). Streams start unpaused.
 * - After `reset` (either way) and after both ends have ended, nothing more is called.
 * - Chunks belong to the receiver; it may keep them.
 */

export interface ConnectionInfo {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
  readonly tls: boolean
  /** Server name the client asked for; '' when none. Lower case. */
  readonly sni: string
  readonly protocol: 'http/1.0' | 'http/1.1' | 'h2'
  /** What the client has shown, where backends are to hear of it. */
  readonly certificate?: ClientCertificate | undefined
}

/** What became of a lent chunk: 'done' and 'slow': the memory is the lender's again; 'slow' and 'kept': stop until `onWritable`. */
export type Loan = 'done' | 'slow' | 'kept'

/** A sender that can read into memory of its own lends what it read instead of giving it away: no allocation, no copy. */
export interface LentReceiver {
  /** Like `onData`, for a chunk that is only lent. A chunk of up to `maxSmallLoan` bytes is never kept. */
  onLentData?(chunk: Uint8Array): Loan
}

export interface LentWriter {
  /** Like `write`, for a chunk that is only lent. What it keeps it gives back (`giveBack`) once it is sent. */
  writeLent?(chunk: Uint8Array): Loan
}

export const maxSmallLoan = 8_192

/** A request as it comes in from a client. Implemented by the server codecs. */
export interface ServerStream extends LentWriter {
  readonly head: RequestHead
  readonly connection: ConnectionInfo
  /** Sends an informational response (100, 103). Not called after `respond`. */
  inform(status: number, fields: Fields): void
  /**
   * Sends the head. `end`: no body follows (also for HEAD and 304, whatever contentLength says). Status 101 answers an
   * upgrade: from then on `write`/`onData` carry the tunnel's raw bytes.
   */
  respond(head: ResponseHead, end: boolean): void
  write(chunk: Uint8Array): boolean
  end(trailers: Fields | null): void
  /** Gives the exchange up: HTTP/2 RST_STREAM; HTTP/1.1 closes the connection, so that a cut body looks cut. */
  reset(reason: ResetReason): void
  pause(): void
  resume(): void
}

/** What the core does with it. The codec calls `onEnd` also when the request has no body. */
export interface ServerStreamHandler extends LentReceiver {
  onData(chunk: Uint8Array): void
  onEnd(trailers: Fields | null): void
  /** The client is gone or broke the protocol. The stream is closed; answering is no longer possible. */
  onReset(error: StreamError): void
  onWritable(): void
}

/** What a server codec is given: called once per request, synchronously with its head. */
export type Accept = (stream: ServerStream) => ServerStreamHandler

/** An open connection to an endpoint. Implemented by the client codecs. */
export interface ClientConnection {
  /** How many more streams it takes now. HTTP/1.1: 1 when idle, else 0. 0 once it is closing. */
  readonly capacity: number
  /** Streams in flight. */
  readonly active: number
  /**
   * Sends a request. Never throws; failures arrive at `handler.onReset`, not before `open` has returned.
   * @param end no body follows
   */
  open(head: RequestHead, end: boolean, handler: ClientStreamHandler): ClientStream
  /** No new streams; closes when those in flight have ended. */
  drain(): void
  destroy(): void
}

/** What the owner of a connection (the pool) wants to know. */
export interface ClientConnectionEvents {
  /** `capacity` grew. */
  onCapacity(connection: ClientConnection): void
  /** Closed for good. `capacity` is 0 from now on. */
  onClose(connection: ClientConnection): void
}

export interface ClientStream extends LentWriter {
  write(chunk: Uint8Array): boolean
  end(trailers: Fields | null): void
  /** Gives the request up. HTTP/1.1 closes the connection. */
  reset(reason: ResetReason): void
  pause(): void
  resume(): void
}

export interface ClientStreamHandler extends LentReceiver {
  onInform(status: number, fields: Fields): void
  /** `end`: no body follows. `onEnd` is still called. */
  onResponse(head: ResponseHead, end: boolean): void
  onData(chunk: Uint8Array): void
  onEnd(trailers: Fields | null): void
  onReset(error: StreamError): void
  onWritable(): void
}

export type ResetReason = 'cancelled' | 'timeout' | 'protocol' | 'internal' | 'refused'

/** Why a stream ended early. A value, because networks fail all day. */
export interface StreamError {
  /** Stable: it is in logs, metrics and docs/reference/errors.md. */
  readonly code:
    | 'connect_failed'
    | 'connect_timeout'
    | 'tls_failed'
    | 'peer_closed'
    | 'peer_reset'
    | 'protocol_error'
    | 'timeout'
    | 'overload'
  readonly message: string
  /** The peer can't have acted on the request: a closed idle connection, REFUSED_STREAM, GOAWAY below our stream. */
  readonly unprocessed: boolean
  /**
   * The peer's system reset the connection without a byte of answer. It does so to connections that nobody has accepted yet when
   * a program stops to listen, and to what a program leaves unread when it closes; who has read all and dies just closes.
   */
  readonly unread?: boolean
}
