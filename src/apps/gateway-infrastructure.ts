import { createHash } from 'node:crypto'
import type { OwnedObject } from '#kube'
import type { GatewayPlan } from '#translate'

/**
 * In host mode a Gateway needs nothing of the cluster to be served. Its ServiceAccount is what `spec.infrastructure` is put
 * on (GEP-1867), and who its data plane will be.
 * @param gateway `namespace/name`
 */
export function planInfrastructure(gateway: string, { uid, labels, annotations }: GatewayPlan): readonly OwnedObject[] {
  const [namespace = '', name = ''] = gateway.split('/')
  if (uid === undefined) return []
  const owner = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name, uid, controller: true }
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      plural: 'serviceaccounts',
      metadata: {
        name: objectName(name),
        namespace,
        labels: {
          ...labels,
          'gateway.networking.k8s.io/gateway-name': labelValue(name),
          'app.kubernetes.io/managed-by': 'headgate',
        },
        annotations,
        ownerReferences: [owner],
      },
    },
  ]
}

const longestName = 253
const longestLabel = 63

/** Names of Gateways may be as long as those of what is made for them: then a digest tells them apart. */
function objectName(gateway: string): string {
  return shorten(`${gateway}-headgate`, longestName)
}

function labelValue(gateway: string): string {
  return shorten(gateway, longestLabel)
}

function shorten(name: string, length: number): string {
  if (name.length <= length) return name
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${name.slice(0, length - digest.length - 1).replace(/[^a-z0-9]+$/, '')}-${digest}`
}
