import type { KubeClient } from './kube-client.ts'
import type { OwnedObject } from './owned-object.ts'
import type { RawObject } from './resource.ts'

interface ManagedFields {
  readonly manager?: string
  readonly operation?: string
  readonly fieldsV1?: { readonly 'f:spec'?: Readonly<Record<string, unknown>> }
}

/**
 * When an autoscaler takes over the number of replicas, we stop to say it; and what nobody says any more is reset to its default
 * (server-side apply), which is one pod. So the last number stays under another name, until the autoscaler says its own.
 * @param manager under which we said it
 */
export async function keepReplicas(client: KubeClient, path: string, wanted: OwnedObject, manager: string) {
  if (wanted.kind !== 'Deployment' || 'replicas' in (wanted.spec as object)) return
  const { metadata: live, spec } = await client.request<RawObject>({ path })
  const { managedFields = [] } = live as { readonly managedFields?: readonly ManagedFields[] }
  const isOurs = managedFields.some(
    ({ manager: one, operation, fieldsV1 }) =>
      one === manager && operation === 'Apply' && fieldsV1?.['f:spec']?.['f:replicas'] !== undefined,
  )
  if (!isOurs) return
  const { apiVersion, kind, metadata } = wanted
  const { name, namespace } = metadata
  const { replicas } = spec as { readonly replicas: number }
  await client.request({
    method: 'PATCH',
    path: `${path}?fieldManager=${manager}-autoscaling&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion, kind, metadata: { name, namespace }, spec: { replicas } },
  })
}
