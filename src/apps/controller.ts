import { hostname } from 'node:os'
import { startAdmin } from '#admin'
import type { ControllerOptions } from '#cli'
import { controllerLabel, KubeClient, LeaderLease, OwnedObjects, openCluster, StatusWriter } from '#kube'
import { describeCounts } from '#proxy'
import { mergeStatus, type Status } from '#translate'
import { accessLogOf } from './access-log.ts'
import { AddressPool, parseAddressRange } from './address-pool.ts'
import { clusterFeatures } from './cluster-features.ts'
import { endOnSignal } from './end-on-signal.ts'
import { findCluster } from './find-cluster.ts'
import { planHostInfrastructure } from './gateway-infrastructure.ts'
import { Standalone } from './standalone.ts'
import { translatorFor } from './wiring.ts'

/** Serves the Gateways of a cluster on this machine until it is told to end. @returns the exit code */
export async function control(options: ControllerOptions): Promise<number> {
  const { controllerName } = options
  const log = (message: string) => process.stderr.write(`${new Date().toISOString()} ${message}\n`)
  const range = parseAddressRange(options.addressPool)
  if (!range) {
    log(`error --address-pool ${options.addressPool}: it must be an IPv4 range, such as 10.99.100.0/24`)
    return 2
  }
  const pool = new AddressPool(range)
  const access = findCluster(options, process.env)
  const client = new KubeClient(access)
  const writer = new StatusWriter<Status>({
    client,
    heads: () => cluster.heads,
    merge: (object, status) => mergeStatus(object, status, { controllerName, now: now() }),
    onProblem: log,
  })
  const name = objectNameOf(controllerName)
  const owned = new OwnedObjects({
    client,
    kinds: ['ServiceAccount'],
    labelSelector: `${controllerLabel}=${name}`,
    onChange: () => {},
    onProblem: log,
  })
  const standalone = new Standalone({
    translator: translatorFor({ controllerName, client: options.client, addressFor: pool.addressFor }, clusterFeatures),
    workers: options.workers,
    // Every listener has addresses of its own.
    bind: [],
    place: options.place,
    accessLog: accessLogOf(options.accessLog),
    onLog: (lines) => process.stdout.write(lines),
    onProblem: log,
    onStatuses: (changes) => writer.want(changes),
    onGateways: (gateways) =>
      owned.want([...gateways].flatMap(([gateway, plan]) => planHostInfrastructure(gateway, plan, name))),
  })
  let isFirst = true
  const startedAt = performance.now()
  const cluster = openCluster({
    client,
    async onChanges(changes, crdVersions) {
      pool.note(changes, ({ key }) => cluster.heads.get(key)?.head.status)
      // What failed has been told; the next change is not to wait for it.
      await standalone.apply(changes, crdVersions).catch(() => {})
      if (!isFirst) return
      isFirst = false
      log(`ready in ${Math.round(performance.now() - startedAt)} ms with ${changes.length} objects of the cluster`)
    },
    onStatus: (key) => writer.check(key),
    onProblem: log,
  })
  const lease = new LeaderLease({
    client,
    namespace: access.namespace,
    name,
    identity: `${hostname()}-${process.pid}`,
    onLead: () => {
      log('leading: statuses are written from here')
      writer.resume()
      owned.resume()
    },
    onLose: () => {
      log('not leading any more: statuses are written elsewhere')
      writer.pause()
      owned.pause()
    },
    onProblem: log,
  })
  const end = endOnSignal((timeoutMs) => standalone.drain(timeoutMs), options.drainTimeoutMs, log)
  const admin =
    options.admin &&
    (await startAdmin(
      { host: options.admin.address, port: options.admin.port },
      { ready: () => standalone.ready, metrics: async () => describeCounts(await standalone.counts()) },
    ))
  const code = await end
  await lease.release()
  cluster[Symbol.dispose]()
  writer[Symbol.dispose]()
  owned[Symbol.dispose]()
  client.close()
  await admin?.close()
  return code
}

/** `headgate.dev/gateway-controller` -> `headgate.dev-gateway-controller`: controllers of another name lead by themselves. */
function objectNameOf(controllerName: string): string {
  return controllerName
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/[^a-z0-9]+$/, '')
}

/** Kubernetes has times to the second (metav1.Time). */
function now(): string {
  return `${new Date().toISOString().slice(0, -5)}Z`
}
