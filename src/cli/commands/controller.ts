import { accessLogOptions, checkAccessLog } from '../access-log-options.ts'
import { clusterOptions } from '../cluster-options.ts'
import type { Command } from '../command.ts'
import { controllerNameOption } from '../files-option.ts'
import { defaultFeedListen, parseControllerOptions } from '../parse-run-options.ts'
import { redisOptions } from '../redis-options.ts'
import { servingOptions } from '../serving-options.ts'

export const controller: Command = {
  name: 'controller',
  summary: 'serve the Gateways of a Kubernetes cluster, and write their statuses',
  usage: '--image IMAGE --feed HOST:PORT [options] | --host-mode --address-pool RANGE [options]',
  description: `Watches GatewayClasses, Gateways, routes and what they refer to, makes a data plane in Pods for each Gateway, feeds
it, and says in each status what became of it: Programmed means that every thread of every Pod serves it. In host mode
there are no Pods and the sockets are this machine's own: it must reach the backends, and the addresses of the pool must
lead to it. Of several controllers one writes and feeds (a Lease in our namespace). SIGTERM or Ctrl-C drains.`,
  options: [
    { name: 'image', value: 'IMAGE', help: 'what the Pods of data planes run; needed without --host-mode' },
    {
      name: 'envoy-image',
      value: 'IMAGE',
      help: 'Envoy for Pods whose GatewayParameters say plane envoy',
      fallback: "Envoy's own, 1.40",
    },
    { name: 'feed', value: 'HOST:PORT', help: 'where these Pods find this controller; needed without --host-mode' },
    { name: 'feed-listen', value: 'ADDRESS:PORT', help: 'where it listens for them', fallback: defaultFeedListen },
    { name: 'host-mode', help: 'serve on this machine' },
    { name: 'address-pool', value: 'RANGE', help: 'in host mode, for Gateways that name no address: 10.99.100.0/24' },
    {
      name: 'plane',
      value: 'PLANE',
      help: 'what serves, where GatewayParameters do not say: embedded (our own proxy) or envoy',
      fallback: 'embedded',
    },
    {
      name: 'envoy',
      value: 'PATH',
      help: "in host mode: Envoy's program, for plane envoy",
      fallback: 'the one on PATH',
    },
    ...clusterOptions,
    { name: 'workers', value: 'N', help: 'in host mode: threads that serve', fallback: 'one per core' },
    controllerNameOption,
    ...servingOptions,
    ...redisOptions,
    ...accessLogOptions,
  ],
  examples: [
    {
      command: 'headgate controller --image headgate:0.1.0 --feed headgate.headgate-system:9443',
      does: 'what runs in a cluster: see docs/tasks/install.md',
    },
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
