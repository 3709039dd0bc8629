import type { Listener, Route } from '#ir'
import type { ConnectionInfo, StreamError } from '../stream.ts'

/** What is known of an exchange when it is over. Read during `done` only. */
export interface ExchangeRecord {
  readonly route: Route | undefined
  readonly listener: Listener
  readonly method: string
  readonly authority: string
  /** Path and query as matched. */
  readonly path: string
  readonly userAgent: string
  readonly connection: ConnectionInfo
  readonly clientAddress: string
  /** 0: the client went away before there was one. */
  readonly status: number
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
  internalError(error: unknown): void
}
