import { clusterOptions, namespaceOption } from '../cluster-options.ts'
import type { Command } from '../command.ts'
import { isBuiltIn } from '../default-class.ts'
import { UsageError } from '../errors.ts'
import { controllerNameOption, fileOption, parseControllerName } from '../files-option.ts'
import { describeObjects } from '../get-rows.ts'
import { renderTables } from '../get-text.ts'
import { kindWords, parseKindWord } from '../kind-words.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'
import { isShown, translateObjects } from '../translate-objects.ts'
import { withStatuses } from '../with-statuses.ts'

export const get: Command = {
  name: 'get',
  summary: 'list gateways, routes and policies: whether each works, and if not, why',
  usage: '[KIND [NAME]] [-f PATH… | --kubeconfig FILE --context NAME] [-n NAMESPACE] [options]',
  description: `KIND is ${kindWords.join(', ')}, or a kind by its own name, such as httproutes; left out: all of them.
READY is yes when all that the object asks for is served, partly when something of it is, no when nothing is.
Without files the cluster that kubectl would use is read, and READY is what was written there.`,
  words: 'own',
  options: [
    fileOption,
    ...clusterOptions,
    namespaceOption,
    controllerNameOption,
    outputOption(['table', 'yaml', 'json']),
  ],
  examples: [
    { command: 'headgate get -f examples/quickstart', does: 'everything in a folder' },
    { command: 'headgate get routes -n shop', does: 'routes of a namespace of the cluster, with what is wrong' },
    { command: 'headgate get gateway web -o yaml', does: 'one object with its status' },
  ],
  async execute(call) {
    const format = parseOutput(call.options, ['table', 'yaml', 'json'])
    const [word, name, ...rest] = call.arguments
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is not expected here`)
    const isWanted = parseKindWord(word)
    const translated = await translateObjects(call)
    const shown = new Map(
      [...translated.objects].filter(
        ([key, object]) =>
          isWanted(object) &&
          !isBuiltIn(object) &&
          isShown(key, call) &&
          (name ?? object.metadata.name) === object.metadata.name,
      ),
    )
    const { terminal } = call
    if (format !== 'table') {
      const items = withStatuses(shown, translated, parseControllerName(call.options))
      terminal.print(renderData({ apiVersion: 'v1', kind: 'List', metadata: {}, items }, format))
    } else if (shown.size > 0) {
      terminal.print(renderTables(describeObjects(shown, translated), terminal.paint, terminal.width))
    } else terminal.complain(`nothing found${name === undefined ? '' : ` that is called ${name}`}\n`)
    return translated.isBroken || (name !== undefined && shown.size === 0) ? 1 : 0
  },
}
