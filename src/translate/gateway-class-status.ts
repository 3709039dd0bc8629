import type { GatewayClass } from '#api'
import type { Problem } from '#kit/outcome.ts'
import { conditionOf } from './condition.ts'
import type { GatewayClassStatus } from './status.ts'
import { supportedVersion } from './supported-version.ts'

/** @param problem why it is refused @param supportedFeatures in any order @param crdVersions see World */
export function gatewayClassStatus(
  { metadata }: GatewayClass,
  problem: Problem | undefined,
  supportedFeatures: readonly string[],
  crdVersions: readonly string[] | undefined,
): GatewayClassStatus {
  const generation = metadata.generation ?? 0
  return {
    kind: 'GatewayClass',
    conditions: [conditionOf('Accepted', generation, problem), supportedVersion(generation, crdVersions)],
    supportedFeatures: [...new Set(supportedFeatures)].sort().map((name) => ({ name })),
  }
}
