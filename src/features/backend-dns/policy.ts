import type { NameLookup } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly dns: {
    readonly dnsRefreshRate?: string
    readonly respectDnsTtl?: boolean
    readonly lookupFamily?: keyof typeof families
  }
}

const families = {
  IPv4: 'v4',
  IPv6: 'v6',
  IPv4Preferred: 'v4Preferred',
  IPv6Preferred: 'v6Preferred',
  IPv4AndIPv6: 'all',
} as const satisfies Record<string, NameLookup['family']>

// Envoy Gateway's (DNS.DNSRefreshRate).
const defaultRefreshMs = 30_000

export const backendDns = {
  kind: 'BackendTrafficPolicy',
  fields: ['dns'],
  notes: {
    'dns.dnsRefreshRate': 'default: 30s; where respectDnsTtl is false, or DNS names no time',
    'dns.lookupFamily': 'default: IPv4AndIPv6, all of whose addresses are endpoints',
    'dns.respectDnsTtl': 'default: true',
  },
  translate({ dns: { dnsRefreshRate, respectDnsTtl = true, lookupFamily } }: Spec, scope) {
    const refresh = scope.duration(dnsRefreshRate, 'dns.dnsRefreshRate')
    if (!refresh.ok) return refresh
    if (refresh.value === 0) return scope.refuse('dns.dnsRefreshRate', '0s would ask without end: give 1s or more')
    const lookup: NameLookup = {
      refreshMs: refresh.value ?? defaultRefreshMs,
      byTtl: respectDnsTtl,
      family: lookupFamily ? families[lookupFamily] : 'all',
    }
    return ok({ backend: { lookup } })
  },
} satisfies PolicySlice
