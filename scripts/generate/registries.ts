import type { Slice, Slices } from './slices.ts'

const header = '// Written by `npm run generate` from order.ts and the folders beside it. Do not edit.\n'

/** The registries: one per plane, static imports in alphabetical order, checked by the compiler to be complete. */
export function generateRegistries({ slices, trunk }: Slices): [file: string, text: string][] {
  const filters = slices.filter(({ sort }) => sort === 'filter')
  const slots = slices.filter(({ sort }) => sort === 'slot')
  const inRules = filters.filter((slice) => slice.inRules)
  const inPolicies = slices.filter((slice) => slice.inPolicies)
  return [
    ['src/features/translate.ts', translateRegistry(inRules, slots)],
    ['src/features/policies.ts', policyRegistry(inPolicies)],
    ['src/features/proxy.ts', proxyRegistry(filters)],
    ['src/features/envoy.ts', envoyRegistry(filters)],
    ['src/features/supported.ts', supported(slices, trunk)],
  ]
}

function translateRegistry(filters: readonly Slice[], slots: readonly Slice[]): string {
  return `${header}import type { FilterTranslator, RuleSlot } from '#translate'
${imports([...filters, ...slots], 'translate', "import type { FilterKind, SlotField } from './order.ts'")}

export const filterTranslators = ${record(filters)} satisfies Partial<Record<FilterKind, FilterTranslator>>

export const ruleSlots = ${record(slots)} satisfies Record<SlotField, RuleSlot>
`
}

function policyRegistry(policies: readonly Slice[]): string {
  return `${header}import type { PolicySlice } from '#translate'
${imports(policies, 'policy')}

export const policySlices = ${record(policies)} satisfies Record<string, PolicySlice>
`
}

function proxyRegistry(filters: readonly Slice[]): string {
  return `${header}import type { ProxyFilter } from '#proxy'
${imports(filters, 'proxy', "import type { FilterKind } from './order.ts'")}

export const proxyFilters = ${record(filters)} satisfies Record<FilterKind, ProxyFilter<never>>
`
}

function envoyRegistry(filters: readonly Slice[]): string {
  return `${header}import type { EnvoyFilter } from '#envoy'
${imports(filters, 'envoy', "import type { FilterKind } from './order.ts'")}

export const envoyFilters = ${record(filters)} satisfies Record<FilterKind, EnvoyFilter<never>>
`
}

function supported(slices: readonly Slice[], trunk: readonly string[]): string {
  const names = supportedFeatures({ slices, trunk })
  return `${header}
/** GatewayClass.status.supportedFeatures: sorted, as Gateway API wants it. */
export const supportedFeatures: readonly string[] = [
${names.map(({ name, from }) => `  '${name}', // ${from}\n`).join('')}]
`
}

/** Every Gateway API feature with where it comes from, sorted by name. */
export function supportedFeatures({ slices, trunk }: Slices): { name: string; from: string }[] {
  const names = [{ folder: 'trunk', supports: trunk }, ...slices].flatMap(({ folder, supports }) =>
    supports.map((name) => ({ name, from: folder })),
  )
  return names.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Sorted by module, as the formatter sorts them. */
function imports(slices: readonly Slice[], plane: string, more?: string): string {
  const lines = slices.map(({ kind, folder }) => `import { ${kind} } from './${folder}/${plane}.ts'`)
  return [...lines, ...(more ? [more] : [])].sort((a, b) => (moduleOf(a) < moduleOf(b) ? -1 : 1)).join('\n')
}

function moduleOf(line: string): string {
  return line.slice(line.indexOf(" from '"))
}

function record(slices: readonly Slice[]): string {
  const kinds = slices.map(({ kind }) => kind).sort()
  return `{\n${kinds.map((kind) => `  ${kind},\n`).join('')}}`
}
