import { clusterOptions } from '../cluster-options.ts'
import type { Command } from '../command.ts'
import { InputError, UsageError } from '../errors.ts'
import { controllerNameOption, fileOption } from '../files-option.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'
import { translateObjects } from '../translate-objects.ts'

export const envoy: Command = {
  name: 'envoy',
  summary: "show Envoy's configuration for the manifests",
  usage: 'config [-f PATH… | --kubeconfig FILE --context NAME] [--gateway NAMESPACE/NAME] [options]',
  description: `What the plane envoy is told: listeners, routes, clusters, endpoints and secrets in the words of Envoy's own API, checked
against it. A rule that Envoy can't serve is named with the reason. Private keys print as ***.`,
  words: 'own',
  options: [
    fileOption,
    ...clusterOptions,
    { name: 'gateway', value: 'NAMESPACE/NAME', help: 'only what this Gateway needs', fallback: 'all of ours' },
    controllerNameOption,
    outputOption(['yaml', 'json']),
  ],
  examples: [
    { command: 'headgate envoy config -f examples/quickstart', does: 'of files' },
    { command: 'headgate envoy config --gateway default/web -o json', does: "of a cluster's Gateway" },
  ],
  async execute(call) {
    const { options, machinery, terminal } = call
    const format = parseOutput(options, ['yaml', 'json']) === 'json' ? 'json' : 'yaml'
    const [word, ...more] = call.arguments
    if (word !== 'config' || more.length > 0)
      throw new UsageError(`headgate envoy ${call.arguments.join(' ')}: say \`headgate envoy config\``)
    const { snapshot, isBroken } = await translateObjects(call)
    const gateway = options.one('gateway')
    if (gateway !== undefined && !snapshot.listeners.some((one) => one.gateway === gateway)) {
      const known = [...new Set(snapshot.listeners.map((one) => one.gateway))]
      throw new InputError(`--gateway ${gateway}: it has no listener of ours; there is ${known.join(', ') || 'none'}`)
    }
    const { resources, problems } = await machinery.envoyConfig(snapshot, gateway)
    for (const problem of problems) terminal.complain(`${terminal.paintComplaint('yellow', 'warning:')} ${problem}\n`)
    terminal.print(renderData(resources, format))
    return isBroken ? 1 : 0
  },
}
