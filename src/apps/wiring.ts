import { isKnownKind, isNamespacedKind, type KubeObject, validateObject } from '#api'
import { filterOrder } from '#features/order.ts'
import { policySlices } from '#features/policies.ts'
import { supportedFeatures } from '#features/supported.ts'
import { filterTranslators, ruleSlots } from '#features/translate.ts'
import { type FilesSource, openFiles } from '#files'
import type { FilterNode } from '#ir'
import { createTranslator, type PlaneName, type Settings, type Translator } from '#translate'

/** Files and folders of manifests, read as the API server would read them. */
export function openManifests(paths: readonly string[], builtIn: readonly KubeObject[]): FilesSource {
  return openFiles({
    paths,
    builtIn,
    stdin: process.stdin,
    rules: { validate: validateObject, isKnownKind, isNamespaced: isNamespacedKind },
  })
}

/**
 * The trunk with all branches.
 * @param clusterFeatures what the caller can do beside them
 * @param plane of Gateways whose parameters name none
 * @param refuses why a plane can't do a node; left out: they can do all
 */
export function translatorFor(
  settings: Settings,
  clusterFeatures: readonly string[] = [],
  plane: PlaneName = 'embedded',
  refuses?: (node: FilterNode, plane: PlaneName | undefined) => string | undefined,
): Translator {
  return createTranslator({
    settings,
    filters: Object.values(filterTranslators),
    filterOrder,
    forward: Object.values(ruleSlots),
    policies: Object.values(policySlices),
    plane,
    ...(refuses && { refuses }),
    supportedFeatures: [...supportedFeatures, ...clusterFeatures],
  })
}
