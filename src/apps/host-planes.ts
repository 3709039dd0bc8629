import type { ControllerOptions, HostPlanesChoice } from '#cli'
import { controllerLabel, OwnedObjects } from '#kube'
import { accessLogOf } from './access-log.ts'
import { AddressPool, type AddressRange } from './address-pool.ts'
import { chooseHost } from './choose-host.ts'
import { clusterFeatures } from './cluster-features.ts'
import type { ClusterSide } from './cluster-side.ts'
import { countersOf, redisAdvice, refusesWithout } from './counters-of.ts'
import { planHostInfrastructure } from './gateway-infrastructure.ts'
import type { Planes } from './planes.ts'
import { Standalone } from './standalone.ts'
import { translatorFor } from './wiring.ts'

/**
 * Data planes on the controller's own machine: an address of a pool for each Gateway, and a ServiceAccount for its labels.
 * @returns undefined when they can't be had; then that has been said
 */
export async function openHostPlanes(
  options: ControllerOptions,
  choice: HostPlanesChoice,
  addresses: AddressRange,
  cluster: ClusterSide,
): Promise<Planes | undefined> {
  const { client, objectName, heads, onStatuses, onProblem } = cluster
  const pool = new AddressPool(addresses)
  const owned = new OwnedObjects({
    client,
    kinds: ['ServiceAccount'],
    labelSelector: `${controllerLabel}=${objectName}`,
    onChange: () => {},
    onProblem,
  })
  const settings = { controllerName: options.controllerName, client: options.client, addressFor: pool.addressFor }
  const counters = countersOf(options.redis)
  const { plane, envoy } = choice
  const { workers, place } = options
  // Every listener has addresses of its own.
  const bind: readonly string[] = []
  const accessLog = accessLogOf(options.accessLog)
  const host = await chooseHost(plane, { envoy, workers, place, bind, counters, accessLog, onProblem })
  if (!host) return undefined
  const standalone = new Standalone({
    translator: translatorFor(settings, clusterFeatures, plane, refusesWithout(counters, redisAdvice, host.refuses)),
    ...host.options,
    workers,
    bind,
    place,
    counters,
    accessLog,
    onLog: (lines) => process.stdout.write(lines),
    onProblem,
    onStatuses,
    onGateways: (gateways) =>
      owned.want([...gateways].flatMap(([name, plan]) => planHostInfrastructure(name, plan, objectName))),
  })
  return {
    async apply(changes, crdVersions) {
      pool.note(changes, ({ key }) => heads().get(key)?.head.status)
      // What failed has been told; the next change is not to wait for it.
      await standalone.apply(changes, crdVersions).catch(() => {})
    },
    lead(leads) {
      if (leads) owned.resume()
      else owned.pause()
    },
    get ready() {
      return standalone.ready
    },
    metrics: () => standalone.metrics(),
    ownMetrics: () => standalone.ownMetrics(),
    async end(timeoutMs) {
      await standalone.drain(timeoutMs)
      owned[Symbol.dispose]()
    },
  }
}
