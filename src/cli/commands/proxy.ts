import { accessLogOptions, checkAccessLog } from '../access-log-options.ts'
import type { Command } from '../command.ts'
import { parseProxyOptions, proxyDefaults } from '../parse-proxy-options.ts'
import { redisOptions } from '../redis-options.ts'

export const proxy: Command = {
  name: 'proxy',
  summary: 'serve one Gateway with what a controller feeds: what runs in the Pods of a Gateway',
  usage: '--gateway NAMESPACE/NAME --feed HOST:PORT [options]',
  description: `The controller makes Pods that run this; by hand it is for looking into things. The proxy enrols with the token of its
ServiceAccount, gets the configuration of its Gateway and each change of it, and serves on when the controller is away:
also after a restart, from its last good copy on disk. Listeners below 1024 are bound at 64512 + port. SIGTERM: not
ready at once, new connections for --drain-delay, then open requests may end.`,
  options: [
    { name: 'gateway', value: 'NAMESPACE/NAME', help: 'whose traffic this is; needed' },
    { name: 'feed', value: 'HOST:PORT', help: "the controller's feed, all addresses of the name; needed" },
    {
      name: 'feed-ca',
      value: 'FILE',
      help: 'whom to believe to be the controller',
      fallback: proxyDefaults.authorityFile,
    },
    { name: 'feed-token', value: 'FILE', help: 'of our ServiceAccount', fallback: proxyDefaults.tokenFile },
    { name: 'name', value: 'NAME', help: 'of this proxy', fallback: '$POD_NAME, the host' },
    {
      name: 'state',
      value: 'FOLDER',
      help: 'for the last good copy; off for none',
      fallback: proxyDefaults.stateFolder,
    },
    {
      name: 'state-key',
      value: 'FILE',
      help: 'key of the copy, made when missing; off: no secrets in it',
      fallback: proxyDefaults.stateKeyFile,
    },
    { name: 'bind', value: 'ADDRESS', repeatable: true, help: 'where to listen', fallback: 'all interfaces' },
    { name: 'workers', value: 'N', help: 'threads that serve', fallback: 'one per core' },
    {
      name: 'envoy-sockets',
      value: 'FOLDER',
      help: 'shared with an Envoy beside us, which carries the traffic',
      fallback: 'we do',
    },
    { name: 'zone', value: 'ZONE', help: 'where this Pod is', fallback: '$ZONE' },
    { name: 'node', value: 'NODE', help: 'on which node', fallback: '$NODE_NAME' },
    { name: 'admin', value: 'ADDRESS:PORT', help: 'metrics and health; off for none', fallback: '127.0.0.1:9900' },
    { name: 'drain-delay', value: 'TIME', help: 'when told to end, new connections are taken for', fallback: '5s' },
    { name: 'drain-timeout', value: 'TIME', help: 'then for requests in flight', fallback: '30s' },
    ...redisOptions,
    ...accessLogOptions,
  ],
  examples: [
    {
      command: 'headgate proxy --gateway shop/front --feed headgate-feed.headgate-system:9443 --admin 0.0.0.0:9900',
      does: 'what a Pod of Gateway shop/front runs',
    },
  ],
  async execute({ options, machinery }) {
    const parsed = parseProxyOptions(options)
    await checkAccessLog(parsed.accessLog, machinery)
    return machinery.proxy(parsed)
  },
}
