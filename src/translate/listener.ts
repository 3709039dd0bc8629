import type { GatewayListener } from '#api'
import type { Certificate, ListenerTls } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { resolveCertificates } from './certificate-refs.ts'
import type { ListenerModel } from './gateway.ts'
import { gatewayGroup, type Protocol, protocolOf, protocols } from './protocols.ts'
import type { Reader } from './reader.ts'
import type { GrantFrom } from './reference-grant.ts'
import type { Settings } from './settings.ts'

/** What a listener inherits from the object it stands in. */
export interface ListenerSource {
  /** `namespace/gateway`, the start of its key. */
  readonly keyPrefix: string
  /** Who refers to its certificates. */
  readonly owner: GrantFrom
  /** Whether clients must show certificates on HTTPS. */
  readonly clientValidation: boolean
}

export function translateListener(
  listener: GatewayListener,
  source: ListenerSource,
  reader: Reader,
  settings: Settings,
): ListenerModel {
  const protocol = protocolOf(listener.protocol)
  const kinds = allowedKinds(listener, protocol)
  const tlsMode = tlsModeOf(listener, protocol)
  const certificates = tlsMode === 'terminate' ? certificatesOf(listener, source, reader) : { found: [] }
  const refused = protocol ? clientValidationProblem(protocol, source) : protocolProblem(listener.protocol)
  return {
    key: `${source.keyPrefix}/${listener.name}`,
    name: listener.name,
    port: listener.port,
    socketPort: settings.ports?.get(listener.port) ?? listener.port,
    protocol: listener.protocol,
    hostname: (listener.hostname ?? '').toLowerCase(),
    kinds: kinds.valid,
    namespaces: listener.allowedRoutes.namespaces,
    certificates: certificates.found,
    ...(tlsMode && { tlsMode }),
    ...(refused && { refused }),
    ...(certificates.problem && { unresolved: certificates.problem }),
    ...(kinds.problem && { invalidKinds: kinds.problem }),
  }
}

function tlsModeOf({ tls }: GatewayListener, protocol: Protocol | undefined): ListenerTls['mode'] | undefined {
  if (protocol?.ir === 'https') return 'terminate'
  if (protocol?.ir !== 'tls') return undefined
  return tls?.mode === 'Passthrough' ? 'passthrough' : 'terminate'
}

function protocolProblem(protocol: string): Problem {
  const supported = Object.keys(protocols).join(', ')
  const message = `protocol ${protocol} is not served here; supported: ${supported}`
  return { reason: 'UnsupportedProtocol', message, path: '' }
}

// Serving without the check that was asked for would let anybody in.
function clientValidationProblem(protocol: Protocol, source: ListenerSource): Problem | undefined {
  if (protocol.ir !== 'https' || !source.clientValidation) return undefined
  const message = 'validation of client certificates (spec.tls.frontend) is not supported yet'
  return { reason: 'UnsupportedValue', message, path: '' }
}

/** The valid part of allowedRoutes.kinds; without a list all that the protocol carries. */
function allowedKinds(
  { allowedRoutes, protocol: name }: GatewayListener,
  protocol: Protocol | undefined,
): { readonly valid: readonly string[]; readonly problem?: Problem } {
  const carried = protocol?.kinds ?? []
  const asked = allowedRoutes.kinds ?? []
  if (asked.length === 0) return { valid: carried }
  const fits = ({ group, kind }: { group: string; kind: string }) => group === gatewayGroup && carried.includes(kind)
  const valid = [...new Set(asked.filter(fits).map(({ kind }) => kind))]
  const wrong = asked.filter((entry) => !fits(entry)).map(({ group, kind }) => (group ? `${kind}.${group}` : kind))
  if (wrong.length === 0) return { valid }
  const message = `a listener with protocol ${name} cannot take ${wrong.join(', ')}; possible: ${carried.join(', ') || 'none'}`
  return { valid, problem: { reason: 'InvalidRouteKinds', message, path: '' } }
}

function certificatesOf(
  { tls }: GatewayListener,
  { owner }: ListenerSource,
  reader: Reader,
): { readonly found: readonly Certificate[]; readonly problem?: Problem } {
  const refs = tls?.certificateRefs ?? []
  if (refs.length === 0) {
    const message = 'a listener that ends TLS needs a certificate: name a Secret in tls.certificateRefs'
    return { found: [], problem: { reason: 'InvalidCertificateRef', message, path: '' } }
  }
  const outcome = resolveCertificates(reader, owner, refs)
  if (outcome.ok) return { found: outcome.value }
  const message = outcome.problems.map((problem) => problem.message).join('; ')
  return { found: [], problem: { ...outcome.problems[0]!, message } }
}
