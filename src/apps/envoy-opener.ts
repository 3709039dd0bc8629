import type { RunOptions } from '#cli'
import type { EnvoyAccessLog } from '#envoy'
import { type Outcome, ok } from '#kit/outcome.ts'
import type { CounterSettings } from '#proxy'
import type { ServingHost } from './serving-host.ts'

export interface EnvoyChoice extends Pick<RunOptions, 'envoy' | 'workers' | 'place'> {
  /** Where listeners without addresses listen. */
  readonly bind: readonly string[]
  readonly counters: CounterSettings | undefined
  readonly accessLog: EnvoyAccessLog | undefined
  readonly onProblem: (message: string) => void
}

/**
 * An Envoy of this machine as data plane. Loaded only when it is asked for: gRPC and Envoy's API take their time.
 * @returns a problem when there is no Envoy
 */
export async function envoyOpener(choice: EnvoyChoice): Promise<Outcome<(onFailed: () => void) => ServingHost>> {
  const { envoy, onProblem, ...rest } = choice
  const [{ findEnvoy }, { EnvoyHost }] = await Promise.all([import('#envoy/control'), import('./envoy-host.ts')])
  const found = await findEnvoy(envoy, process.env.PATH ?? '')
  if (!found.ok) return found
  const { program } = found.value
  return ok((onFailed) => new EnvoyHost({ envoy: { program }, ...rest, onProblem, onFailed }))
}
