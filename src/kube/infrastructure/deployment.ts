import type { OwnedObject } from '../owned-object.ts'
import type { InfrastructurePlan } from './infrastructure-plan.ts'
import { ownedMetadata, selectorLabels } from './owned-metadata.ts'
import { proxyPod } from './proxy-pod.ts'

export const defaultReplicas = 2

/** The pods of a Gateway's data plane. */
export function deployment(plan: InfrastructurePlan): OwnedObject {
  const { replicas = defaultReplicas, autoscaling, hostNetwork } = plan.parameters
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: ownedMetadata(plan),
    spec: {
      // With autoscaling the number is the autoscaler's.
      ...(!autoscaling && { replicas }),
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorLabels(plan) },
      strategy: {
        type: 'RollingUpdate',
        // A new pod serves before an old one goes; where both want the ports of one node the old one has to go first.
        rollingUpdate: hostNetwork ? { maxUnavailable: 1, maxSurge: 0 } : { maxUnavailable: 0, maxSurge: 1 },
      },
      template: proxyPod(plan),
    },
  }
}
