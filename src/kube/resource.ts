import { type ObjectKey, objectKey } from '#api'

/** A kind as the cluster serves it. */
export interface Resource {
  /** Of the version that is served and that we know. */
  readonly apiVersion: string
  readonly kind: string
  /** What paths call it. */
  readonly plural: string
  readonly namespaced: boolean
  /** Whether we write statuses of it. */
  readonly status: boolean
  /** Others are not even sent. */
  readonly labelSelector?: string
}

/**
 * What to ask for, as values of Accept, when not the whole of the objects is wanted. An API server that is asked for the form of
 * a list cuts a watch off at its first event without a word.
 */
export interface ObjectForm {
  readonly list: string
  readonly watch: string
}

/** An object as the API server sends it. */
export interface RawObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: RawMeta
  readonly status?: unknown
  readonly [field: string]: unknown
}

export interface RawMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly ownerReferences?: readonly OwnerReference[]
}

/** An annotation with a second copy of the object, as `kubectl apply` leaves it. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** `/apis/group/version` or `/api/v1`. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

/** Of all namespaces. */
export function collectionPath({ apiVersion, plural }: Resource): string {
  return `${groupPath(apiVersion)}/${plural}`
}

export function objectPath({ apiVersion, plural }: Resource, { namespace, name }: RawMeta): string {
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${groupPath(apiVersion)}${scope}/${plural}/${encodeURIComponent(name)}`
}

export function keyOf({ kind }: Resource, { namespace, name }: RawMeta): ObjectKey {
  return objectKey(kind, namespace ?? '', name)
}

/** Whom an object belongs to (metav1.OwnerReference). */
export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller: boolean
  readonly blockOwnerDeletion: boolean
}
