import { ok } from '#kit/outcome.ts'
import { type EnvoyChoice, envoyOpener } from './envoy-opener.ts'
import { PlaneRefusals } from './plane-refusals.ts'
import type { StandaloneOptions } from './standalone.ts'

/** What a machine's planes are opened by, and what they refuse. */
export interface HostChoice {
  readonly options: Pick<StandaloneOptions, 'openHost' | 'openEnvoy' | 'prepare'>
  readonly refuses: PlaneRefusals['refuses']
}

/** @param plane the default one @returns undefined when it can't be had; then that has been said */
export async function chooseHost(plane: 'embedded' | 'envoy', choice: EnvoyChoice): Promise<HostChoice | undefined> {
  const refusals = new PlaneRefusals()
  const { refuses } = refusals
  const prepare: HostChoice['options']['prepare'] = (changes) => refusals.prepare(changes)
  if (plane === 'embedded') {
    const openEnvoy: StandaloneOptions['openEnvoy'] = async (onFailed) => {
      const opened = await envoyOpener(choice)
      return opened.ok ? ok(opened.value(onFailed)) : opened
    }
    return { options: { openEnvoy, prepare }, refuses }
  }
  const opened = await envoyOpener(choice)
  if (!opened.ok) {
    choice.onProblem(`error ${opened.problems[0]!.message}`)
    return undefined
  }
  await refusals.load()
  return { options: { openHost: opened.value }, refuses }
}
