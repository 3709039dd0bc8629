import type { RunOptions } from './run-options.ts'

/** What `headgate controller` was asked to do, defaults filled in. */
export interface ControllerOptions
  extends Pick<
    RunOptions,
    'workers' | 'controllerName' | 'admin' | 'client' | 'place' | 'drainTimeoutMs' | 'accessLog'
  > {
  /** Addresses of this machine, one for each Gateway that names none: `10.99.100.0/24`. */
  readonly addressPool: string
  /** Undefined: where kubectl would look. */
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
}
