import { type Condition, falseCondition, trueCondition } from './condition.ts'

// Our schemas are those of v1.6.1, whose fields include what earlier versions of v1 had.
const supported = /^v1\.[0-6]\.\d+$/
const supportedText = 'v1.0 to v1.6'

/**
 * Whether the Gateway API of the cluster is one that we know (GatewayClass, SupportedVersion). One that is not is served
 * as well as we can, so Accepted does not depend on it.
 * @param versions `gateway.networking.k8s.io/bundle-version` of each CRD, '' where it is missing; undefined: there is no
 * cluster, objects are read by our own schemas
 */
export function supportedVersion(generation: number, versions: readonly string[] | undefined): Condition {
  const unknown = [...new Set(versions)].filter((version) => !supported.test(version)).sort()
  if (unknown.length === 0) return trueCondition('SupportedVersion', generation)
  const found = unknown.map((version) => version || 'none').join(', ')
  const message = `CRDs of Gateway API have bundle-version ${found}; supported: ${supportedText}`
  return falseCondition('SupportedVersion', generation, 'UnsupportedVersion', message)
}
