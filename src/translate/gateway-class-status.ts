import type { GatewayClass } from '#api'
import { falseCondition, trueCondition } from './condition.ts'
import type { GatewayClassStatus } from './status.ts'
import { supportedVersion } from './supported-version.ts'

/** @param supportedFeatures in any order @param crdVersions see World */
export function gatewayClassStatus(
  { metadata, spec }: GatewayClass,
  supportedFeatures: readonly string[],
  crdVersions: readonly string[] | undefined,
): GatewayClassStatus {
  const generation = metadata.generation ?? 0
  const ref = spec.parametersRef
  const accepted = ref
    ? falseCondition(
        'Accepted',
        generation,
        'InvalidParameters',
        `parameters of kind ${ref.kind}.${ref.group} (${ref.name}) are not known here: remove parametersRef`,
      )
    : trueCondition('Accepted', generation)
  return {
    kind: 'GatewayClass',
    conditions: [accepted, supportedVersion(generation, crdVersions)],
    supportedFeatures: [...new Set(supportedFeatures)].sort().map((name) => ({ name })),
  }
}
