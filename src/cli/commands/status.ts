import type { KubeObject, ObjectKey } from '#api'
import { compareText } from '#ir'
import { formatStatus } from '#translate'
import { clusterOptions, namespaceOption } from '../cluster-options.ts'
import type { Command } from '../command.ts'
import { isBuiltIn } from '../default-class.ts'
import { controllerNameOption, fileOption, parseControllerName } from '../files-option.ts'
import { findUnclaimed, formatUnclaimed } from '../find-unclaimed.ts'
import { staleGeneration } from '../live-status.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'
import { paintStatusLine } from '../paint-status.ts'
import { isShown, type TranslatedObjects, translateObjects } from '../translate-objects.ts'
import { withStatuses } from '../with-statuses.ts'

export const status: Command = {
  name: 'status',
  summary: 'show the status that each object gets, and why',
  usage: '[-f PATH… | --kubeconfig FILE --context NAME] [-n NAMESPACE] [options]',
  description: `A line per object, listener and parent: conditions that are as they should be by name, the others with reason and message.
Of files it is what their objects would get; without files it is what stands in the cluster that kubectl would use.
With -o yaml or json it prints a List of the objects with their .status as a cluster holds them once all is served.`,
  words: 'files',
  options: [
    fileOption,
    ...clusterOptions,
    namespaceOption,
    controllerNameOption,
    outputOption(['table', 'yaml', 'json']),
  ],
  examples: [
    { command: 'headgate status -f examples/quickstart', does: 'at a glance' },
    { command: 'headgate status -n shop', does: 'what a cluster says of one namespace' },
    { command: "headgate status -f routes -o json | jq '.items[].status'", does: 'for a script' },
  ],
  async execute(call) {
    const format = parseOutput(call.options, ['table', 'yaml', 'json'])
    const translated = await translateObjects(call)
    const { objects, isBroken } = translated
    const shown = new Map([...objects].filter(([key, object]) => !isBuiltIn(object) && isShown(key, call)))
    if (format === 'table') {
      const lines = describeStatuses(shown, translated)
      for (const line of lines) call.terminal.print(`${paintStatusLine(line, call.terminal.paint)}\n`)
      if (lines.length === 0) call.terminal.print('No object here is ours to answer for.\n')
      for (const one of findUnclaimed(objects))
        if (isShown(one.key, call)) call.terminal.print(`${formatUnclaimed(one)}\n`)
    } else {
      const items = withStatuses(shown, translated, parseControllerName(call.options))
      call.terminal.print(renderData({ apiVersion: 'v1', kind: 'List', metadata: {}, items }, format))
    }
    return isBroken ? 1 : 0
  },
}

function describeStatuses(
  shown: ReadonlyMap<ObjectKey, KubeObject>,
  { planned, statuses }: TranslatedObjects,
): readonly string[] {
  return [...planned.keys()]
    .filter((key) => shown.has(key))
    .sort(compareText)
    .flatMap((key) => {
      const status = statuses.get(key)
      if (!status) return formatStatus(key, planned.get(key)!).map(notWritten)
      const stale = staleGeneration(shown.get(key)!, status)
      const lines = formatStatus(key, status)
      return stale === undefined
        ? lines
        : lines.map((line) => `${line} (about generation ${stale}, the object has changed since)`)
    })
}

/** Whoever should write the status has not: it is told what to expect. */
function notWritten(line: string): string {
  const colon = line.indexOf(': ')
  return `${line.slice(0, colon)}: no status yet; to come: ${line.slice(colon + 2)}`
}
