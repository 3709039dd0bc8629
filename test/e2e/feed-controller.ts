import { writeFileSync } from 'node:fs'
import { ControllerFeed } from '../../src/apps/controller-feed.ts'
import { translatorFor } from '../../src/apps/wiring.ts'
import { defaultClientSettings } from '../../src/ir/index.ts'
import { KubeClient, openCluster } from '../../src/kube/index.ts'

/**
 * A program for tests: as much of a controller as feeding needs, always leading. It tells what proxies report, a line of JSON each.
 * Words: URL of the API server, port of the feed, file for the authority's certificates.
 */
const [url = '', port = '', trustFile = ''] = process.argv.slice(2)
const client = new KubeClient({ server: new URL(url), namespace: 'headgate-system', token: () => 't' })
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`)
const log = (message: string) => process.stderr.write(`${message}\n`)
const feed = await ControllerFeed.open({
  client,
  namespace: 'headgate-system',
  host: '127.0.0.1',
  port: Number(port),
  onReport: (gateway, report) =>
    say({ gateway, ...report, isCurrent: report.version >= feed.versionOf(gateway), rss: process.memoryUsage().rss }),
  onTrust: () => {},
  onProblem: log,
})
writeFileSync(trustFile, feed.trust)
const translator = translatorFor({ controllerName: 'headgate.dev/gateway-controller', client: defaultClientSettings })
openCluster({
  client,
  async onChanges(changes) {
    const { delta, gateways } = translator.apply(changes)
    feed.want(gateways)
    feed.publish(delta)
  },
  onStatus: () => {},
  onProblem: log,
})
feed.lead(true)
say({ port: feed.port })
