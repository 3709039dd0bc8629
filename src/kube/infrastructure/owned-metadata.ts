import type { OwnedMetadata } from '../owned-object.ts'
import type { OwnerPlan } from './infrastructure-plan.ts'
import { classNameLabel, controllerLabel, gatewayNameLabel, infrastructureName, labelValue } from './object-names.ts'

/** Of everything that is made for the Gateway. @param more annotations of this object alone; those of the Gateway count before */
export function ownedMetadata(plan: OwnerPlan, more: Readonly<Record<string, string>> = {}): OwnedMetadata {
  const { gateway, className, labels, annotations } = plan
  const { name, namespace, uid } = gateway
  return {
    name: infrastructureName(name, className),
    namespace,
    labels: { ...labels, ...ownLabels(plan) },
    annotations: { ...more, ...annotations },
    ownerReferences: [
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        name,
        uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  }
}

/** Nobody may take these away: objects are found by them. */
export function ownLabels(plan: OwnerPlan): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/managed-by': 'headgate',
    [controllerLabel]: plan.controller,
    ...selectorLabels(plan),
  }
}

/** By which pods are chosen. What a selector says can't be changed later. */
export function selectorLabels({ gateway, className }: OwnerPlan): Readonly<Record<string, string>> {
  return { [gatewayNameLabel]: labelValue(gateway.name), [classNameLabel]: labelValue(className) }
}
