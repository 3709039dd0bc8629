/** The words users write: Gateway API kinds, the core kinds we read, and the API server's verdict on them. */

export type * from './core/envoy-backend.ts'
export type * from './core/types.ts'
export type * from './generated/own-types.ts'
export type * from './generated/types.ts'
export { isKnownKind, isNamespacedKind, preferredApiVersion } from './kinds.ts'
export { DEFAULT_NAMESPACE } from './metadata.ts'
export { type KubeObject, type ObjectChange, type ObjectKey, type ObjectMeta, objectKey } from './object.ts'
export { validateObject } from './validate.ts'
