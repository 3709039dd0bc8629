import { accessLogOptions, checkAccessLog } from '../access-log-options.ts'
import type { Command } from '../command.ts'
import { controllerNameOption, fileOption } from '../files-option.ts'
import { parseRunOptions } from '../parse-run-options.ts'
import { redisOptions } from '../redis-options.ts'
import { servingOptions } from '../serving-options.ts'
import { noPaint } from '../terminal.ts'

export const run: Command = {
  name: 'run',
  summary: 'serve a folder of manifests, and follow every change of it',
  usage: '-f PATH… [options]',
  description: `Reads GatewayClasses, Gateways, HTTPRoutes and what they refer to, listens where the Gateways say, and forwards.
Save a file and the traffic follows within milliseconds; no request is lost. A file that is broken is reported with line and
column, and what it held before stays in force. Without a GatewayClass of your own, use gatewayClassName: headgate.
SIGTERM or Ctrl-C drains: requests in flight are finished. A second signal ends at once.`,
  words: 'files',
  options: [
    fileOption,
    {
      name: 'bind',
      value: 'ADDRESS',
      repeatable: true,
      help: 'listen here for Gateways without spec.addresses',
      fallback: 'all interfaces',
    },
    {
      name: 'port',
      value: 'FROM:TO',
      repeatable: true,
      help: "listen on TO for a listener's port FROM, such as 80:8080",
    },
    {
      name: 'plane',
      value: 'NAME',
      help: 'what serves, where GatewayParameters do not say: embedded (our own proxy) or envoy (a local Envoy)',
      fallback: 'embedded',
    },
    { name: 'envoy', value: 'PATH', help: "Envoy's program, for plane envoy", fallback: 'the one on PATH' },
    { name: 'workers', value: 'N', help: 'threads that serve', fallback: 'one per core' },
    controllerNameOption,
    ...servingOptions,
    ...redisOptions,
    ...accessLogOptions,
  ],
  examples: [
    { command: 'headgate run -f examples/quickstart', does: 'serve a folder' },
    {
      command: 'headgate run -f routes --bind 127.0.0.1 --port 80:8080',
      does: 'on this machine only, and without the right to use port 80',
    },
    { command: 'headgate run -f routes --plane envoy', does: 'the same by a local Envoy' },
    {
      command: 'headgate run -f routes --access-log json --access-log-sample 0.01',
      does: 'log one request in a hundred',
    },
  ],
  async execute({ options, terminal, machinery }) {
    const parsed = parseRunOptions(options, terminal.paintComplaint !== noPaint)
    await checkAccessLog(parsed.accessLog, machinery)
    const missing = parsed.paths.filter((path) => path !== '-' && !machinery.exists(path))
    for (const path of missing)
      terminal.complain(`${terminal.paintComplaint('red', 'error:')} ${path}: no such file or folder\n`)
    // Later a folder may come and go; at the start it is a slip.
    return missing.length > 0 ? 1 : machinery.run(parsed)
  },
}
