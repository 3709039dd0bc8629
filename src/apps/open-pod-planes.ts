import { setTimeout as sleep } from 'node:timers/promises'
import type { ControllerOptions, PodPlanesChoice } from '#cli'
import { clusterFeatures } from './cluster-features.ts'
import type { ClusterSide } from './cluster-side.ts'
import { ControllerFeed, type ControllerFeedOptions } from './controller-feed.ts'
import { countersOf, redisAdvice, refusesWithout } from './counters-of.ts'
import { everywhere } from './everywhere.ts'
import { PlaneRefusals } from './plane-refusals.ts'
import { PodPlanes } from './pod-planes.ts'
import { translatorFor } from './wiring.ts'
import { readWrittenStatuses } from './written-statuses.ts'

const retryMs = 2_000

/** Data planes in pods, with all that they need. Resolves when the feed listens, which needs the cluster. */
export async function openPodPlanes(
  { controllerName, client: clientSettings, redis }: ControllerOptions,
  { plane, image, envoyImage, feed, feedListen }: PodPlanesChoice,
  { client, namespace, objectName, heads, onStatuses, onProblem }: ClusterSide,
): Promise<PodPlanes> {
  const settings = { controllerName, client: clientSettings, sockets: 'own' as const }
  const counters = countersOf(redis)
  if (counters && new URL(counters.url).password !== '')
    onProblem("warning the password of Redis stands in the data planes' Deployments: who reads them reads it")
  const refusals = new PlaneRefusals()
  await refusals.load()
  return PodPlanes.open({
    client,
    translator: translatorFor(
      settings,
      clusterFeatures,
      plane,
      refusesWithout(counters, redisAdvice, refusals.refuses),
    ),
    settings: { controller: objectName, plane, image, ...(envoyImage !== undefined && { envoyImage }), feed, counters },
    openFeed: (onReport, onTrust) =>
      openFeed({
        client,
        namespace,
        host: feedListen.address ?? everywhere()[0]!,
        port: feedListen.port,
        onReport,
        onTrust,
        onProblem,
      }),
    written: readWrittenStatuses(heads),
    onStatuses,
    onProblem,
  })
}

/** Until the cluster answers, and we have the rights that it takes. */
async function openFeed(options: ControllerFeedOptions): Promise<ControllerFeed> {
  for (let said = ''; ; await sleep(retryMs)) {
    try {
      return await ControllerFeed.open(options)
    } catch (error) {
      const message = `feed: ${error instanceof Error ? error.message : error}`
      if (message !== said) options.onProblem(message)
      said = message
    }
  }
}
