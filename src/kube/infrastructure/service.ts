import type { OwnedObject } from '../owned-object.ts'
import type { InfrastructurePlan, ServedPort } from './infrastructure-plan.ts'
import { ownedMetadata, selectorLabels } from './owned-metadata.ts'

/** What leads to the pods of a Gateway; nothing where there is no port. */
export function service(plan: InfrastructurePlan): OwnedObject | undefined {
  const { ports, addresses, parameters } = plan
  if (ports.length === 0) return undefined
  const { type = 'LoadBalancer', loadBalancerClass, externalTrafficPolicy, ...rest } = parameters.service ?? {}
  const balanced = type === 'LoadBalancer' && !parameters.hostNetwork
  const [loadBalancerIP] = addresses
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ownedMetadata(plan, rest.annotations),
    spec: {
      // The nodes lead to pods in their network by themselves; inside the cluster this still does.
      type: parameters.hostNetwork ? 'ClusterIP' : type,
      selector: selectorLabels(plan),
      ports: ports.map(servicePort),
      ...(balanced && loadBalancerClass !== undefined && { loadBalancerClass }),
      // Of several load balancers this is the one word that most understand; whether it was heard the status tells.
      ...(balanced && loadBalancerIP !== undefined && { loadBalancerIP }),
      ...(externalTrafficPolicy && type !== 'ClusterIP' && { externalTrafficPolicy }),
      ...(rest.trafficDistribution && { trafficDistribution: rest.trafficDistribution }),
    },
  }
}

function servicePort({ port, transport, podPort }: ServedPort): object {
  return { name: `${transport}-${port}`, port, protocol: transport.toUpperCase(), targetPort: podPort }
}
