import { hostname } from 'node:os'
import { startAdmin } from '#admin'
import type { ControllerOptions } from '#cli'
import { KubeClient, LeaderLease, openCluster, StatusWriter } from '#kube'
import { mergeStatus, type Status } from '#translate'
import { parseAddressRange } from './address-pool.ts'
import type { ClusterSide } from './cluster-side.ts'
import { endOnSignal } from './end-on-signal.ts'
import { findCluster } from './find-cluster.ts'
import { openHostPlanes } from './host-planes.ts'
import { openPodPlanes } from './open-pod-planes.ts'
import type { Planes } from './planes.ts'

/** Serves the Gateways of a cluster until it is told to end. @returns the exit code */
export async function control(options: ControllerOptions): Promise<number> {
  const { controllerName } = options
  const log = (message: string) => process.stderr.write(`${new Date().toISOString()} ${message}\n`)
  const startedAt = performance.now()
  const access = findCluster(options, process.env)
  const client = new KubeClient(access)
  const objectName = objectNameOf(controllerName)
  const writer = new StatusWriter<Status>({
    client,
    heads: () => cluster.heads,
    merge: (object, status) => mergeStatus(object, status, { controllerName, now: now() }),
    onProblem: log,
  })
  const side: ClusterSide = {
    client,
    namespace: access.namespace,
    objectName,
    heads: () => cluster.heads,
    onStatuses: (changes) => writer.want(changes),
    onProblem: log,
  }
  let opened: Planes | undefined
  // First, so that a health check hears "not ready" while we wait for the cluster.
  const admin =
    options.admin &&
    (await startAdmin(
      { host: options.admin.address, port: options.admin.port },
      {
        ready: () => opened?.ready ?? false,
        metrics: async () => (await opened?.metrics()) ?? [],
        moreMetrics: async () => (await opened?.ownMetrics?.()) ?? '',
      },
    ))
  const planes = await openPlanes(options, side)
  if (!planes) return 2
  opened = planes
  let isFirst = true
  const cluster = openCluster({
    client,
    controllerName,
    async onChanges(changes, crdVersions) {
      await planes.apply(changes, crdVersions)
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
    name: objectName,
    identity: `${hostname()}-${process.pid}`,
    onLead: () => {
      log('leading: statuses are written from here')
      planes.lead(true)
      writer.resume()
    },
    onLose: () => {
      log('not leading any more: statuses are written elsewhere')
      writer.pause()
      planes.lead(false)
    },
    onProblem: log,
  })
  const end = endOnSignal((timeoutMs) => planes.end(timeoutMs), options.drainTimeoutMs, log)
  const code = await end
  await lease.release()
  cluster[Symbol.dispose]()
  writer[Symbol.dispose]()
  client.close()
  await admin?.close()
  return code
}

/** @returns undefined when the options make no sense; then that has been said */
async function openPlanes(options: ControllerOptions, side: ClusterSide): Promise<Planes | undefined> {
  const { planes } = options
  if (planes.kind === 'pods') return openPodPlanes(options, planes, side)
  const range = parseAddressRange(planes.addressPool)
  if (range) return openHostPlanes(options, planes, range, side)
  side.onProblem(`error --address-pool ${planes.addressPool}: it must be an IPv4 range, such as 10.99.100.0/24`)
  return undefined
}

/** `headgate.dev/gateway-controller` -> `headgate.dev-gateway-controller`: controllers of another name are apart. */
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
