import type { Message } from '../message.ts'

/** What a control plane does with the Envoy next to it, whoever started that. */
export interface EnvoyControl {
  readonly isRunning: boolean
  /** When the control plane listens. */
  start(): void
  /** It has gone from the control plane: what comes next may be another process. */
  restarted(): void
  /** Of these Listeners the names of those that do not accept connections yet. */
  closedListeners(listeners: readonly Message[]): Promise<string[]>
  /** Its own statistics, in Prometheus' text format; '' while it does not answer. */
  metrics(): Promise<string>
  /** No new connections; open ones are told to end. */
  drain(timeoutMs: number): Promise<void>
  stop(): Promise<void>
}
