import type { OwnedObject } from '../owned-object.ts'
import { defaultReplicas } from './deployment.ts'
import type { InfrastructurePlan } from './infrastructure-plan.ts'
import { ownedMetadata } from './owned-metadata.ts'

const defaultCpuPercent = 70

/** Chooses the number of pods, where that is asked for. */
export function autoscaler(plan: InfrastructurePlan): OwnedObject | undefined {
  const { autoscaling } = plan.parameters
  if (!autoscaling) return undefined
  const { maxReplicas, minReplicas = Math.min(defaultReplicas, maxReplicas) } = autoscaling
  const target = { type: 'Utilization', averageUtilization: autoscaling.cpuPercent ?? defaultCpuPercent }
  const metadata = ownedMetadata(plan)
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
      minReplicas,
      maxReplicas,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
    },
  }
}
