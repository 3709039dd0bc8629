import type { OwnedObject } from '../owned-object.ts'
import type { InfrastructurePlan } from './infrastructure-plan.ts'
import { ownedMetadata, selectorLabels } from './owned-metadata.ts'

/** Whoever empties nodes takes one pod after the other; a single pod, or one that serves nothing anyway, is no obstacle. */
export function disruptionBudget(plan: InfrastructurePlan): OwnedObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: ownedMetadata(plan),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: selectorLabels(plan) },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  }
}
