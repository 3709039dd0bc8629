import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filterOrder, policyOnly, slotFields } from '../../src/features/order.ts'
import { supports as trunk } from '../../src/features/trunk-supports.ts'

/** What the generator knows of a feature. */
export interface Slice {
  /** `requestMirror`: its kind, and the name of what its files export. */
  readonly kind: string
  /** `request-mirror`: its folder in src/features. */
  readonly folder: string
  readonly sort: 'filter' | 'slot' | 'policy'
  /** It has translate.ts: the field of a rule. */
  readonly inRules: boolean
  /** It has policy.ts: fields of a policy. */
  readonly inPolicies: boolean
  readonly supports: readonly string[]
  /** Why Envoy can't do it. */
  readonly unsupportedOnEnvoy?: string
}

export interface Slices {
  /** In the order of order.ts, filters before slots before policies. */
  readonly slices: readonly Slice[]
  readonly trunk: readonly string[]
}

/** Reads the lists of order.ts and what each slice says it supports. A missing folder is an error that names it. */
export async function readSlices(root: string): Promise<Slices> {
  const slices: Slice[] = []
  for (const [sort, kinds] of [
    ['filter', filterOrder],
    ['slot', slotFields],
    ['policy', policyOnly],
  ] as const) {
    for (const kind of kinds) {
      const folder = kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      const has = (file: string) => existsSync(join(root, 'src/features', folder, file))
      const [inRules, inPolicies] = [has('translate.ts'), has('policy.ts')]
      if (!inRules && !inPolicies)
        throw new Error(`order.ts lists '${kind}', but src/features/${folder} has neither translate.ts nor policy.ts`)
      // Gateway API has no names for policies.
      const { supports } = has('supports.ts')
        ? ((await import(join(root, 'src/features', folder, 'supports.ts'))) as { supports: readonly string[] })
        : { supports: [] }
      const envoy = has('envoy.ts')
        ? ((await import(join(root, 'src/features', folder, 'envoy.ts'))) as Record<string, { unsupported?: string }>)
        : {}
      const reason = envoy[kind]?.unsupported
      const unsupportedOnEnvoy = reason === undefined ? {} : { unsupportedOnEnvoy: reason }
      slices.push({ kind, folder, sort, inRules, inPolicies, supports, ...unsupportedOnEnvoy })
    }
  }
  return { slices, trunk }
}
