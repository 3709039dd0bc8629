/** A Kubernetes object as YAML or the API server gives it. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

export interface ObjectMeta {
  readonly name: string
  /** Present on namespaced kinds ('default' filled in by validateObject). */
  readonly namespace?: string
  readonly uid?: string
  /** Files: 1, and one more each time the spec changes while we run. */
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/**
 * `Kind/namespace/name` (namespace '' for cluster-scoped kinds). Kinds are unique over what we read: Envoy Gateway's
 * is `Backend`, Gateway API's is `XBackend`. Should two groups ever share a kind, the later one carries its group: `Kind.group/ns/name`.
 */
export type ObjectKey = string & { readonly __object?: never }

export function objectKey(kind: string, namespace: string, name: string): ObjectKey {
  return `${kind}/${namespace}/${name}`
}

/** What a source reports. All changes of one call belong together: a half of them is never seen. */
export type ObjectChange =
  | { readonly kind: 'put'; readonly key: ObjectKey; readonly object: KubeObject }
  | { readonly kind: 'delete'; readonly key: ObjectKey }
