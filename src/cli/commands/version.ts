import type { Command } from '../command.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'

export const version: Command = {
  name: 'version',
  summary: 'show which Headgate, Gateway API and Node this is',
  usage: '[-o table|yaml|json]',
  description: 'Put its lines into a report of a problem.',
  options: [outputOption(['table', 'yaml', 'json'])],
  examples: [{ command: 'headgate version', does: 'for people' }],
  async execute({ options, terminal, machinery }) {
    const format = parseOutput(options, ['table', 'yaml', 'json'])
    const versions = { headgate: machinery.version, gatewayApi: 'v1.6.1 (experimental)', node: process.version }
    if (format !== 'table') terminal.print(renderData(versions, format))
    else terminal.print(`headgate ${versions.headgate}\nGateway API ${versions.gatewayApi}\nNode ${versions.node}\n`)
    return 0
  },
}
