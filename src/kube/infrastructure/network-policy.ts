import type { OwnedObject } from '../owned-object.ts'
import type { InfrastructurePlan } from './infrastructure-plan.ts'
import { ownedMetadata, selectorLabels } from './owned-metadata.ts'

/** Clients reach the listeners from anywhere; metrics and health are for the cluster. Backends may be anywhere: no rule about them. */
export function networkPolicy(plan: InfrastructurePlan): OwnedObject {
  const listeners = plan.ports.map(({ podPort, transport }) => ({ port: podPort, protocol: transport.toUpperCase() }))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: ownedMetadata(plan),
    spec: {
      podSelector: { matchLabels: selectorLabels(plan) },
      policyTypes: ['Ingress'],
      ingress: [
        // A rule without ports would mean all of them.
        ...(listeners.length > 0 ? [{ ports: listeners }] : []),
        { from: [{ namespaceSelector: {} }], ports: [{ port: plan.container.adminPort, protocol: 'TCP' }] },
      ],
    },
  }
}
