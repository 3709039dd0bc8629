import { clusterOptions } from '../cluster-options.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../errors.ts'
import { controllerNameOption, fileOption } from '../files-option.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'
import { translateObjects } from '../translate-objects.ts'

const stages = ['snapshot', 'statuses'] as const

export const translate: Command = {
  name: 'translate',
  summary: 'show what the manifests become before a proxy serves them',
  usage: '[-f PATH… | --kubeconfig FILE --context NAME] --to snapshot|statuses [options]',
  description: `The snapshot is what data planes are given: listeners, routes, backends, endpoints and certificates, without a word of
Kubernetes. Statuses are what the translation has to say about each object. Private keys print as ***.`,
  words: 'files',
  options: [
    fileOption,
    { name: 'to', value: stages.join('|'), help: 'the stage to show', fallback: 'snapshot' },
    ...clusterOptions,
    controllerNameOption,
    outputOption(['yaml', 'json']),
  ],
  examples: [
    { command: 'headgate translate -f examples/quickstart --to snapshot', does: 'the plan that the proxy gets' },
    { command: 'headgate translate -f examples/quickstart --to statuses -o json', does: 'the statuses, for a script' },
  ],
  async execute(call) {
    const format = parseOutput(call.options, ['yaml', 'json']) === 'json' ? 'json' : 'yaml'
    const written = call.options.one('to') ?? 'snapshot'
    const stage = stages.find((one) => one === written)
    if (stage === undefined) throw new UsageError(`--to ${written}: it must be one of ${stages.join(', ')}`)
    const { snapshot, planned: statuses, isBroken } = await translateObjects(call)
    const sorted = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1))
    call.terminal.print(renderData(stage === 'snapshot' ? snapshot : Object.fromEntries(sorted), format))
    return isBroken ? 1 : 0
  },
}
