import { type OwnedObject, type OwnerPlan, serviceAccount } from '#kube'
import type { GatewayPlan } from '#translate'

/**
 * In host mode a Gateway needs nothing of the cluster to be served. Its ServiceAccount is what `spec.infrastructure` is put
 * on (GEP-1867).
 * @param name `namespace/name` of the Gateway @param controller see OwnerPlan
 */
export function planHostInfrastructure(name: string, plan: GatewayPlan, controller: string): readonly OwnedObject[] {
  const owner = ownerOf(name, plan, controller)
  return owner ? [serviceAccount(owner)] : []
}

/** @returns undefined when the Gateway is no object of a cluster */
export function ownerOf(
  gateway: string,
  { uid, labels, annotations, className }: GatewayPlan,
  controller: string,
): OwnerPlan | undefined {
  const [namespace = '', name = ''] = gateway.split('/')
  return uid === undefined
    ? undefined
    : { gateway: { namespace, name, uid }, className, controller, labels, annotations }
}
