import type { Balance, HashKey, ZonePreference } from '#ir'
import { type Outcome, ok } from '#kit/outcome.ts'
import type { PolicyScope, PolicySlice } from '#translate'

interface Named {
  readonly name: string
}

interface ConsistentHash {
  readonly type: 'SourceIP' | 'Header' | 'Headers' | 'Cookie' | 'QueryParams'
  readonly header?: Named
  readonly headers?: readonly Named[]
  readonly cookie?: Named & { readonly ttl?: string; readonly attributes?: Readonly<Record<string, string>> }
  readonly queryParams?: readonly Named[]
  readonly tableSize: number
}

interface ZoneAware {
  readonly preferLocal?: {
    readonly force?: { readonly minEndpointsInZoneThreshold?: number }
    readonly minEndpointsThreshold?: number
    readonly percentageEnabled?: number
  }
  readonly weightedZones?: readonly { readonly zone: string; readonly weight: number }[]
}

interface Spec {
  readonly loadBalancer: {
    readonly type: 'RoundRobin' | 'LeastRequest' | 'Random' | 'ConsistentHash'
    readonly consistentHash?: ConsistentHash
    readonly slowStart?: { readonly window: string }
    readonly zoneAware?: ZoneAware
    readonly endpointOverride?: { readonly extractFrom: readonly { readonly header?: string }[] }
  }
}

// Envoy's (ZoneAwareLbConfig); Envoy Gateway keeps them.
const defaultMinEndpoints = 6
const defaultPercent = 100
const defaultForcedEndpoints = 1

export const loadBalancing = {
  kind: 'BackendTrafficPolicy',
  fields: ['loadBalancer'],
  refused: {
    'loadBalancer.backendUtilization': 'endpoints are not asked for their utilization; LeastRequest comes nearest',
    'loadBalancer.dynamicModule': 'modules of Envoy are not loaded',
  },
  notes: {
    'loadBalancer.type': 'RoundRobin, LeastRequest, Random, ConsistentHash; without a policy RoundRobin',
    'loadBalancer.slowStart': 'RoundRobin and LeastRequest',
  },
  translate({ loadBalancer: spec }: Spec, scope) {
    const by = translateType(spec, scope)
    if (!by.ok) return by
    const window = scope.duration(spec.slowStart?.window, 'loadBalancer.slowStart.window')
    if (!window.ok) return window
    const zone = spec.zoneAware && translateZones(spec.zoneAware)
    const overrideFields = spec.endpointOverride?.extractFrom.flatMap(({ header }) => header?.toLowerCase() ?? [])
    const balance: Balance = {
      by: by.value,
      ...(window.value && { slowStartMs: window.value }),
      ...(zone && { zone }),
      ...(overrideFields?.length && { overrideFields }),
    }
    return ok({ backend: { balance } })
  },
} satisfies PolicySlice

function translateType({ type, consistentHash }: Spec['loadBalancer'], scope: PolicyScope): Outcome<Balance['by']> {
  switch (type) {
    case 'RoundRobin':
      return ok({ kind: 'roundRobin' })
    case 'LeastRequest':
      return ok({ kind: 'leastRequest' })
    case 'Random':
      return ok({ kind: 'random' })
    case 'ConsistentHash':
      return translateHash(consistentHash!, scope)
    default:
      return scope.refuse(
        'loadBalancer.type',
        `${type} is not supported; RoundRobin, LeastRequest, Random and ConsistentHash are`,
      )
  }
}

function translateHash(hash: ConsistentHash, scope: PolicyScope): Outcome<Balance['by']> {
  const { tableSize } = hash
  if (!isPrime(tableSize)) return scope.refuse('loadBalancer.consistentHash.tableSize', `${tableSize} is no prime`)
  const key = translateKey(hash, scope)
  return key.ok ? ok({ kind: 'consistentHash', key: key.value, tableSize }) : key
}

function translateKey({ type, ...hash }: ConsistentHash, scope: PolicyScope): Outcome<readonly HashKey[]> {
  const headers = (written: readonly Named[]) =>
    ok(written.map(({ name }) => ({ kind: 'header', name: name.toLowerCase() }) as const))
  switch (type) {
    case 'SourceIP':
      return ok([{ kind: 'sourceIp' }])
    case 'Header':
      return headers([hash.header!])
    case 'Headers':
      return headers(hash.headers!)
    case 'QueryParams':
      return ok(hash.queryParams!.map(({ name }) => ({ kind: 'query', name })))
    case 'Cookie': {
      const { name, ttl, attributes = {} } = hash.cookie!
      const lifetime = scope.duration(ttl, 'loadBalancer.consistentHash.cookie.ttl')
      if (!lifetime.ok) return lifetime
      for (const [attribute, value] of Object.entries(attributes))
        if (/[;\r\n]/.test(attribute + value))
          return scope.refuse('loadBalancer.consistentHash.cookie.attributes', `${attribute} must not hold a semicolon`)
      const ttlMs = lifetime.value
      return ok([
        { kind: 'cookie', name, ...(ttlMs !== undefined && { ttlMs }), attributes: Object.entries(attributes) },
      ])
    }
  }
}

function translateZones({ preferLocal, weightedZones }: ZoneAware): ZonePreference | undefined {
  if (weightedZones) return { kind: 'weighted', weights: weightedZones.map(({ zone, weight }) => ({ zone, weight })) }
  if (!preferLocal) return undefined
  const { force, minEndpointsThreshold = defaultMinEndpoints, percentageEnabled = defaultPercent } = preferLocal
  return {
    kind: 'preferLocal',
    minEndpoints: minEndpointsThreshold,
    percent: percentageEnabled,
    ...(force && { forceWithEndpoints: force.minEndpointsInZoneThreshold ?? defaultForcedEndpoints }),
  }
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false
  return number >= 2
}
