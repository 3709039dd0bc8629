import type { RunOptions } from './run-options.ts'

/** What `headgate proxy` was asked to do, defaults filled in. */
export interface ProxyOptions
  extends Pick<RunOptions, 'bind' | 'workers' | 'admin' | 'place' | 'drainTimeoutMs' | 'accessLog' | 'redis'> {
  /** `namespace/name`. */
  readonly gateway: string
  /** Where the controller's replicas are: all addresses of the name. */
  readonly feed: { readonly host: string; readonly port: number }
  /** Files. */
  readonly authorityFile: string
  readonly tokenFile: string
  /** Ours; undefined: the pod's or the machine's. */
  readonly name: string | undefined
  /** Where the last good configuration is kept; undefined: nowhere. */
  readonly stateFolder: string | undefined
  /** The key it is encrypted with; undefined: it is kept without secrets. */
  readonly stateKeyFile: string | undefined
  /** The folder that an Envoy in another container shares with us; undefined: we carry the traffic ourselves. */
  readonly envoySockets: string | undefined
  /** After a signal new connections are still taken for this long. */
  readonly drainDelayMs: number
}
