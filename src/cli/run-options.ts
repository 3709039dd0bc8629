import type { ClientSettings, Place } from '#ir'
import type { RedisChoice } from './redis-options.ts'

/** What `headgate run` was asked to do, defaults filled in. */
export interface RunOptions {
  /** Files and folders; `-` is standard input. */
  readonly paths: readonly string[]
  /** Where Gateways without `spec.addresses` listen; empty: on all interfaces. */
  readonly bind: readonly string[]
  /** A listener's port -> the port to listen on. */
  readonly ports: ReadonlyMap<number, number>
  /** What serves: our own proxy, or a local Envoy. */
  readonly plane: 'embedded' | 'envoy'
  /** Envoy's program; undefined: the one on PATH. */
  readonly envoy: string | undefined
  /** Threads that serve. */
  readonly workers: number
  readonly controllerName: string
  /** Metrics and health; undefined: off. */
  readonly admin: { readonly address: string; readonly port: number } | undefined
  readonly client: ClientSettings
  /** Where this machine is: endpoints that are meant for it come first. */
  readonly place: Place
  /** How long requests in flight may take when we are asked to end. */
  readonly drainTimeoutMs: number
  readonly accessLog: AccessLogOptions
  readonly redis: RedisChoice
  /** Whether what we print may have colours. */
  readonly colour: boolean
}

export interface AccessLogOptions {
  readonly format: 'off' | 'text' | 'json'
  /** Names of fields; undefined: the usual ones. */
  readonly fields: readonly string[] | undefined
  /** Share of requests that are logged, 0 to 1. */
  readonly sample: number
}

export const defaultControllerName = 'headgate.dev/gateway-controller'
