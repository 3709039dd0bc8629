import { groupPath, type OwnerReference, type Resource } from './resource.ts'

/** An object that exists because of another one, and goes with it (ownerReferences). */
export interface OwnedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: OwnedMetadata
  readonly [field: string]: unknown
}

export interface OwnedMetadata {
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** One, the controller. */
  readonly ownerReferences: readonly [OwnerReference]
}

/** Kinds of what we make, as paths call them. */
const plurals: Readonly<Record<string, { readonly apiVersion: string; readonly plural: string }>> = {
  ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts' },
  ConfigMap: { apiVersion: 'v1', plural: 'configmaps' },
  Service: { apiVersion: 'v1', plural: 'services' },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments' },
  HorizontalPodAutoscaler: { apiVersion: 'autoscaling/v2', plural: 'horizontalpodautoscalers' },
  PodDisruptionBudget: { apiVersion: 'policy/v1', plural: 'poddisruptionbudgets' },
  NetworkPolicy: { apiVersion: 'networking.k8s.io/v1', plural: 'networkpolicies' },
}

/** The kinds that data planes in pods are made of. */
export const infrastructureKinds: readonly string[] = Object.keys(plurals)

/** Those of a kind that carry the label. */
export function ownedResource(kind: string, labelSelector: string): Resource {
  return { ...plurals[kind]!, kind, namespaced: true, status: false, labelSelector }
}

/** Where the API server has an object of one of these kinds. */
export function ownedPath(kind: string, { namespace, name }: { readonly namespace: string; readonly name: string }) {
  const { apiVersion, plural } = plurals[kind]!
  return `${groupPath(apiVersion)}/namespaces/${namespace}/${plural}/${name}`
}
