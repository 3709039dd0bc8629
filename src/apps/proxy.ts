import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { startAdmin } from '#admin'
import type { ProxyOptions } from '#cli'
import { type FailedSocket, type FeedAddress, FeedClient, LastGood } from '#feed'
import type { Place, Snapshot, SnapshotDelta } from '#ir'
import { type MetricFamily, simpleMetric } from '#kit/metric.ts'
import { accessLogOf } from './access-log.ts'
import { countersOf } from './counters-of.ts'
import { endOnSignal } from './end-on-signal.ts'
import { everywhere } from './everywhere.ts'
import { PlaneHost } from './plane-host.ts'
import type { ListenerFailure, ServingHost } from './serving-host.ts'

/** Serves one Gateway with what a controller feeds, until it is told to end. @returns the exit code */
export async function proxy(options: ProxyOptions): Promise<number> {
  const { feed, authorityFile, tokenFile, admin: adminAddress } = options
  const log = (message: string) => process.stderr.write(`${new Date().toISOString()} ${message}\n`)
  const host = await openHost(options, log, () => client.report(host.failed.map(asFailed)))
  const client = new FeedClient({
    resolve: () => resolveFeed(feed),
    trust: () => readFileSync(authorityFile, 'utf8'),
    token: () => readFileSync(tokenFile, 'utf8').trim(),
    gateway: options.gateway,
    proxy: options.name ?? (process.env.POD_NAME || hostname()),
    lastGood: openLastGood(options, log),
    apply: async (delta, snapshot) =>
      (await host.enqueue(() => host.serve(inPod(delta), inPodListeners(snapshot)))).map(asFailed),
    refused: () => host.refused ?? [],
    onLog: log,
  })
  let isEnding = false
  const end = endOnSignal((timeoutMs) => host.drain(timeoutMs), options.drainTimeoutMs, log, {
    delayMs: options.drainDelayMs,
    onEnding: () => {
      isEnding = true
    },
  })
  const admin =
    adminAddress &&
    (await startAdmin(
      { host: adminAddress.address, port: adminAddress.port },
      {
        ready: () => host.ready && !isEnding,
        metrics: async () => [...(await host.metrics()), ...describeFeed(client)],
        moreMetrics: async () => (await host.ownMetrics?.()) ?? '',
      },
    ))
  await client.start()
  const code = await end
  await client.stop()
  await admin?.close()
  return code
}

function asFailed({ listener, address, why, problem }: ListenerFailure): FailedSocket {
  return { listener, address, why, ...(problem && { cause: 'configuration' as const }) }
}

/** What carries the traffic: threads of ours, or an Envoy beside us. @param onFailed other sockets fail now */
async function openHost(
  options: ProxyOptions,
  onProblem: (message: string) => void,
  onFailed: () => void,
): Promise<ServingHost> {
  const shared = {
    workers: options.workers,
    bind: options.bind.length > 0 ? options.bind : everywhere(),
    inPod: true,
    place: placeOf(options.place),
    counters: countersOf(options.redis),
    onProblem,
    onFailed,
  }
  const { envoySockets: folder } = options
  const accessLog = accessLogOf(options.accessLog)
  if (folder === undefined)
    return new PlaneHost({ ...shared, accessLog, onLog: (lines) => process.stdout.write(lines) })
  const { EnvoyHost } = await import('./envoy-host.ts')
  return new EnvoyHost({ ...shared, accessLog, envoy: { folder, node: options.gateway } })
}

/** Addresses of a Gateway are those of its Service: in its pods everything is bound where `--bind` says. */
function inPodListeners(snapshot: Snapshot): Snapshot {
  // The list keeps its identity where it can: most changes are about routes.
  if (snapshot.listeners.every(({ addresses }) => addresses.length === 0)) return snapshot
  return { ...snapshot, listeners: snapshot.listeners.map((listener) => ({ ...listener, addresses: [] })) }
}

function inPod(delta: SnapshotDelta): SnapshotDelta {
  const { put } = delta.listeners
  return { ...delta, listeners: { ...delta.listeners, put: put.map((listener) => ({ ...listener, addresses: [] })) } }
}

function describeFeed({ connected, version }: FeedClient): readonly MetricFamily[] {
  return [
    simpleMetric('headgate_feed_connected', 'gauge', 'A controller feeds this proxy.', [[{}, connected ? 1 : 0]]),
    simpleMetric('headgate_feed_version', 'gauge', 'Configuration that is served, as the controller counts.', [
      [{}, version],
    ]),
  ]
}

/** A folder that can't be used is no reason not to serve. */
function openLastGood(options: ProxyOptions, log: (message: string) => void): LastGood | undefined {
  const { stateFolder: folder, stateKeyFile: keyFile, gateway } = options
  if (folder === undefined) return undefined
  try {
    return new LastGood({ folder, keyFile, gateway, onLog: log })
  } catch (error) {
    log(`error no copy of the configuration is kept: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

/** All replicas of the controller: one of them leads. */
async function resolveFeed({ host, port }: ProxyOptions['feed']): Promise<readonly FeedAddress[]> {
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => ({ host: address, port }))
}

/** What the command line does not say, the pod's environment may. */
function placeOf({ zone = process.env.ZONE, node = process.env.NODE_NAME }: Place): Place {
  return { ...(zone && { zone }), ...(node && { node }) }
}
