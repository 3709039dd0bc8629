import { formatStatuses, mergeStatus } from '#translate'
import type { Command } from '../command.ts'
import { isBuiltIn } from '../default-class.ts'
import { controllerNameOption, fileOption, parseControllerName } from '../files-option.ts'
import { findUnclaimed, formatUnclaimed } from '../find-unclaimed.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'
import { paintStatusLine } from '../paint-status.ts'
import { complainAbout, translateFiles } from '../translate-files.ts'

export const status: Command = {
  name: 'status',
  summary: 'show the status that each object gets, and why',
  usage: '-f PATH… [options]',
  description: `A line per object, listener and parent: conditions that are as they should be by name, the others with reason and message.
With -o yaml or json it prints a List of the objects with their .status as a cluster would hold them once all is served.`,
  words: 'files',
  options: [fileOption, controllerNameOption, outputOption(['table', 'yaml', 'json'])],
  examples: [
    { command: 'headgate status -f examples/quickstart', does: 'at a glance' },
    { command: "headgate status -f routes -o json | jq '.items[].status'", does: 'for a script' },
  ],
  async execute(call) {
    const format = parseOutput(call.options, ['table', 'yaml', 'json'])
    const { statuses, objects, loaded } = await translateFiles(call)
    complainAbout(loaded.problems, call)
    const shown = new Map([...objects].filter(([, object]) => !isBuiltIn(object)))
    if (format === 'table') {
      const lines = formatStatuses(new Map([...statuses].filter(([key]) => shown.has(key))))
      const painted = lines.split('\n').map((line) => paintStatusLine(line, call.terminal.paint))
      call.terminal.print(lines === '' ? 'No object here is ours to answer for.\n' : painted.join('\n'))
      for (const one of findUnclaimed(objects)) call.terminal.print(`${formatUnclaimed(one)}\n`)
    } else {
      const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
      const writer = { controllerName: parseControllerName(call.options), now }
      const items = [...shown].map(([key, object]) => mergeStatus(object, statuses.get(key), writer))
      call.terminal.print(renderData({ apiVersion: 'v1', kind: 'List', metadata: {}, items }, format))
    }
    return loaded.problems.length > 0 ? 1 : 0
  },
}
