import type { Listener, Route, StreamRoute } from '#ir'
import type { ConnectionInfo, StreamError } from '../stream.ts'

/** What is known of an exchange, a tunnel or a UDP session when it is over. Read during `done` only. */
export interface ExchangeRecord {
  readonly route: Route | StreamRoute | undefined
  readonly listener: Listener
  readonly method: string
  readonly authority: string
  /** Path and query as matched. */
  readonly path: string
  readonly userAgent: string
  readonly connection: Omit<ConnectionInfo, 'protocol'> & {
    readonly protocol: ConnectionInfo['protocol'] | 'tcp' | 'tls' | 'udp'
  }
  readonly clientAddress: string
  /** 0: the client went away before there was one; always 0 for tunnels and UDP sessions. */
  readonly status: number
  /** What a call to a gRPC route, or one that we refused, ended with; '' when nothing was said. Left out for all else. */
  readonly grpcStatus?: string | undefined
  /** Why the gateway itself answered or gave up; '' for a backend's answer passed on whole. */
  readonly why: string
  readonly failure: StreamError['code'] | undefined
  /** '' when none was chosen. */
  readonly backend: string
  readonly endpoint: string
  /** Attempts made. */
  readonly tries: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly durationMs: number
}

/** Hears what happens on a plane: metrics and the access log. Called on the hot path: must be cheap. */
export interface Observer {
  connectionOpened(): void
  connectionClosed(): void
  done(exchange: ExchangeRecord): void
  retried(): void
  /** An endpoint could not be reached, or its connection was stale; the request goes to another without the client's notice. */
  passedOver(code: string): void
  internalError(error: unknown): void
}
