import { accessLogOptions, checkAccessLog } from '../access-log-options.ts'
import { clusterOptions } from '../cluster-options.ts'
import type { Command } from '../command.ts'
import { controllerNameOption } from '../files-option.ts'
import { parseControllerOptions } from '../parse-run-options.ts'
import { servingOptions } from '../serving-options.ts'

export const controller: Command = {
  name: 'controller',
  summary: 'serve the Gateways of a Kubernetes cluster on this machine, and write their statuses',
  usage: '--host-mode --address-pool RANGE [options]',
  description: `Watches GatewayClasses, Gateways, routes and what they refer to, serves them, and says in each status what became
of it: Programmed means that every thread serves it. In host mode the sockets are this machine's own: it must reach
the Pods, and the addresses of the pool must lead to it. A Gateway keeps its address as long as it lives; spec.addresses
names others. Of several controllers one writes (a Lease in our namespace). SIGTERM or Ctrl-C drains.`,
  options: [
    { name: 'host-mode', help: 'serve on this machine; needed, for now' },
    { name: 'address-pool', value: 'RANGE', help: 'addresses for Gateways that name none, such as 10.99.100.0/24' },
    ...clusterOptions,
    { name: 'workers', value: 'N', help: 'threads that serve', fallback: 'one per core' },
    controllerNameOption,
    ...servingOptions,
    ...accessLogOptions,
  ],
  examples: [
    {
      command: 'headgate controller --host-mode --address-pool 10.99.100.0/24 --kubeconfig ~/.kube/edge',
      does: 'serve a cluster from its edge',
    },
  ],
  async execute({ options, machinery }) {
    const parsed = parseControllerOptions(options)
    await checkAccessLog(parsed.accessLog, machinery)
    return machinery.control(parsed)
  },
}
