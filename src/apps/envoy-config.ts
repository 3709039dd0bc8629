import type { DiffSection, DiffSectionBuilder, DiffSide, EnvoyConfig } from '#cli'
import {
  buildResources,
  type EnvoyResources,
  resourceKinds,
  resourceName,
  usualRateLimits,
  usualSystemTrust,
} from '#envoy'
import { packResource } from '#envoy/control'
import { envoyFilters } from '#features/envoy.ts'
import { filterOrder } from '#features/order.ts'
import { partOf, type Snapshot } from '#ir'

/** What Envoy would be told of a snapshot, or of one Gateway of it; to be read, with secrets masked. */
export function envoyConfig(snapshot: Snapshot, gateway?: string): EnvoyConfig {
  const part = gateway === undefined ? snapshot : partOf(snapshot, (one) => one === gateway)
  const { resources, unsupported } = buildResources(part, {
    filters: envoyFilters,
    filterOrder,
    bind: ['0.0.0.0'],
    systemTrust: usualSystemTrust,
    rateLimits: usualRateLimits,
    virtualHosts: 'inline',
  })
  const refused = resourceKinds.flatMap((kind) =>
    resources[kind].flatMap((one) => {
      const packed = packResource(kind, one)
      return packed.ok ? [] : packed.problems.map(({ message }) => message)
    }),
  )
  return {
    resources: Object.fromEntries(
      resourceKinds.filter((kind) => resources[kind].length > 0).map((kind) => [kind, resources[kind].map(maskKeys)]),
    ),
    problems: [...unsupported.map(({ route, reason }) => `${route}: closed (500): ${reason}`), ...refused],
  }
}

function maskKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === 'private_key' ? { inline_string: '***' } : maskKeys(one),
    ]),
  )
}

/** A section of `headgate diff`: which of Envoy's resources a change touches. */
export const envoySection: DiffSectionBuilder = (before, after): DiffSection | undefined => {
  const [old, fresh] = [resourcesOf(before), resourcesOf(after)]
  const changes = [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((name) => {
    if (old.get(name) === fresh.get(name)) return []
    return [{ resource: name, change: old.has(name) ? (fresh.has(name) ? 'changed' : 'removed') : 'added' } as const]
  })
  if (changes.length === 0) return undefined
  const marks = { added: ['green', '+'], removed: ['red', '-'], changed: ['yellow', '!'] } as const
  return {
    name: 'envoy',
    title: "Envoy's resources",
    lines: (paint) => changes.map(({ resource, change }) => paint(marks[change][0], `${marks[change][1]} ${resource}`)),
    data: changes,
  }
}

/** `cluster Service/default/a/80` -> its text. Virtual hosts apart, as they travel. */
function resourcesOf({ snapshot }: DiffSide): ReadonlyMap<string, string> {
  const { resources }: { resources: EnvoyResources } = buildResources(snapshot, {
    filters: envoyFilters,
    filterOrder,
    bind: ['0.0.0.0'],
    systemTrust: usualSystemTrust,
    rateLimits: usualRateLimits,
    virtualHosts: 'apart',
  })
  return new Map(
    resourceKinds.flatMap((kind) =>
      resources[kind].map((one) => [`${kind} ${resourceName(kind, one)}`, JSON.stringify(one)] as const),
    ),
  )
}
