import type { OwnedObject } from '../owned-object.ts'
import { autoscaler } from './autoscaler.ts'
import { deployment } from './deployment.ts'
import { disruptionBudget } from './disruption-budget.ts'
import type { InfrastructurePlan, OwnerPlan } from './infrastructure-plan.ts'
import { networkPolicy } from './network-policy.ts'
import { ownedMetadata } from './owned-metadata.ts'
import { service } from './service.ts'

/** Everything that a Gateway's data plane needs in the cluster, in an order in which it can be made. */
export function buildInfrastructure(plan: InfrastructurePlan): readonly OwnedObject[] {
  return [
    serviceAccount(plan),
    configMap(plan),
    networkPolicy(plan),
    // Before the pods: load balancers take their time.
    service(plan),
    // Before the Deployment, which leaves the number of pods to it.
    autoscaler(plan),
    deployment(plan),
    disruptionBudget(plan),
  ].filter((object) => object !== undefined)
}

/** Who the pods are. */
export function serviceAccount(plan: OwnerPlan): OwnedObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: ownedMetadata(plan),
    automountServiceAccountToken: false,
  }
}

function configMap(plan: InfrastructurePlan): OwnedObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: ownedMetadata(plan), data: plan.container.files }
}
