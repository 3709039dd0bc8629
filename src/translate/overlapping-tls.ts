import type { Problem } from '#kit/outcome.ts'
import type { ListenerModel } from './gateway.ts'
import { intersectHostname } from './hostname.ts'
import { protocolOf } from './protocols.ts'

/**
 * HTTPS listeners of one port between which a client may reuse a connection, because their hostnames or their certificates
 * overlap (gateway_types.go, OverlappingTLSConfig). The plane answers such requests with 421; the condition tells why.
 */
export function findOverlaps(listeners: readonly ListenerModel[]): ReadonlyMap<ListenerModel, Problem> {
  const overlaps = new Map<ListenerModel, Problem>()
  const secure = listeners.filter(({ protocol, conflict }) => !conflict && protocolOf(protocol)?.ir === 'https')
  for (const listener of secure) {
    const rivals = secure.filter((other) => other !== listener && other.port === listener.port)
    const overlap = overlapOf(listener, rivals)
    if (overlap) overlaps.set(listener, overlap)
  }
  return overlaps
}

function overlapOf(listener: ListenerModel, rivals: readonly ListenerModel[]): Problem | undefined {
  const byHost = rivals.filter(({ hostname }) => intersectHostname(hostname, listener.hostname) !== undefined)
  if (byHost.length > 0) return overlap('OverlappingHostnames', 'hostname', byHost)
  const names = certificateNames(listener)
  const byCertificate = rivals.filter((other) => certificateNames(other).some((name) => names.some(meets(name))))
  return byCertificate.length > 0 ? overlap('OverlappingCertificates', 'certificate', byCertificate) : undefined
}

function certificateNames({ certificates }: ListenerModel): readonly string[] {
  return certificates.flatMap(({ names }) => names)
}

function meets(name: string): (other: string) => boolean {
  return (other) => intersectHostname(name, other) !== undefined
}

function overlap(reason: string, what: string, others: readonly ListenerModel[]): Problem {
  const names = others.map(({ name }) => name).join(', ')
  const message = `the ${what} overlaps with that of ${names}: requests that reuse a connection for the other are answered 421`
  return { reason, message, path: '' }
}
