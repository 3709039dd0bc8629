import type { RouteGroupKind } from '#api'
import type { Listener } from '#ir'

export const gatewayGroup = 'gateway.networking.k8s.io'

/** What a listener protocol of Gateway API means to us. A protocol that is not in the table is refused (UnsupportedProtocol). */
export interface Protocol {
  readonly ir: Listener['protocol']
  /** Route kinds that can attach. */
  readonly kinds: readonly string[]
  /** Listeners of one port share a socket only if they share this. */
  readonly socket: 'cleartext http' | 'tls' | 'tcp' | 'udp'
  readonly transport: 'tcp' | 'udp'
}

export const protocols: Readonly<Record<string, Protocol>> = {
  HTTP: { ir: 'http', kinds: ['HTTPRoute', 'GRPCRoute'], socket: 'cleartext http', transport: 'tcp' },
  HTTPS: { ir: 'https', kinds: ['HTTPRoute', 'GRPCRoute'], socket: 'tls', transport: 'tcp' },
  TLS: { ir: 'tls', kinds: ['TLSRoute'], socket: 'tls', transport: 'tcp' },
  TCP: { ir: 'tcp', kinds: ['TCPRoute'], socket: 'tcp', transport: 'tcp' },
  UDP: { ir: 'udp', kinds: ['UDPRoute'], socket: 'udp', transport: 'udp' },
}

export function protocolOf(name: string): Protocol | undefined {
  return Object.hasOwn(protocols, name) ? protocols[name] : undefined
}

/** As status wants it. */
export function routeGroupKind(kind: string): RouteGroupKind {
  return { group: gatewayGroup, kind }
}
