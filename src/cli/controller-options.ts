import type { RunOptions } from './run-options.ts'

/** Gateways are served on the controller's machine. */
export interface HostPlanesChoice {
  readonly kind: 'host'
  /** Addresses of this machine, one for each Gateway that names none: `10.99.100.0/24`. */
  readonly addressPool: string
  /** What serves them. */
  readonly plane: RunOptions['plane']
  /** Envoy's program; undefined: the one on PATH. */
  readonly envoy: string | undefined
}

/** Each Gateway gets pods of its own. */
export interface PodPlanesChoice {
  readonly kind: 'pods'
  /** What they run. */
  readonly image: string
  /** What serves in them, where parameters do not say. */
  readonly plane: RunOptions['plane']
  /** What they run for plane envoy beside it; undefined: the usual one. */
  readonly envoyImage: string | undefined
  /** Where they find the controller, `HOST:PORT`. */
  readonly feed: string
  /** Where it listens for them; without an address: on all. */
  readonly feedListen: { readonly address: string | undefined; readonly port: number }
}

/** What `headgate controller` was asked to do, defaults filled in. */
export interface ControllerOptions
  extends Pick<
    RunOptions,
    'workers' | 'controllerName' | 'admin' | 'client' | 'place' | 'drainTimeoutMs' | 'accessLog' | 'redis'
  > {
  readonly planes: HostPlanesChoice | PodPlanesChoice
  /** Undefined: where kubectl would look. */
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
}
