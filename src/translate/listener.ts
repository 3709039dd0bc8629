import type { Gateway, GatewayListener } from '#api'
import { type Certificate, type ClientValidation, fitsPod, type ListenerTls } from '#ir'
import { ok, type Problem } from '#kit/outcome.ts'
import { resolveIdentity } from './backend-identity.ts'
import { resolveCertificates } from './certificate-refs.ts'
import { translateFrontend } from './frontend-validation.ts'
import type { ListenerModel } from './gateway.ts'
import { listenerPolicy } from './policy-chain.ts'
import type { PolicyReader } from './policy-models.ts'
import type { ListenerSlots, PlaneName } from './policy-slice.ts'
import { gatewayGroup, type Protocol, protocolOf, protocols } from './protocols.ts'
import type { Reader } from './reader.ts'
import type { GrantFrom } from './reference-grant.ts'
import type { Settings } from './settings.ts'
import { translateTlsOptions } from './tls-options.ts'

/** What a listener inherits from the object it stands in. */
export interface ListenerSource {
  /** `namespace/gateway`, and `/namespace/set` for a ListenerSet: the start of its key. */
  readonly keyPrefix: string
  /** Who refers to its certificates. */
  readonly owner: GrantFrom
  /** Whose rules about client certificates hold, and who shows its own to backends. */
  readonly gateway: Gateway
  /** Of the Gateway. */
  readonly plane?: PlaneName
}

/** @param owner whose the listener is: the Gateway itself or one of its ListenerSets */
export function listenerSource(
  gateway: Gateway,
  owner: GrantFrom,
  keyPrefix: string,
  plane: PlaneName | undefined,
): ListenerSource {
  return { keyPrefix, owner, gateway, ...(plane && { plane }) }
}

export function translateListener(
  listener: GatewayListener,
  source: ListenerSource,
  reader: PolicyReader,
  settings: Settings,
): ListenerModel {
  const protocol = protocolOf(listener.protocol)
  const kinds = allowedKinds(listener, protocol)
  const tlsMode = tlsModeOf(listener, protocol)
  const certificates = tlsMode === 'terminate' ? certificatesOf(listener, source, reader) : { found: [] }
  const frontend = protocol?.ir === 'https' ? translateFrontend(source.gateway, listener.port, reader) : {}
  const options = tlsMode === 'terminate' ? translateTlsOptions(listener.tls?.options) : ok({})
  const identity = resolveIdentity(source.gateway, reader)
  const key = `${source.keyPrefix}/${listener.name}`
  const { slots, closed } = listenerPolicy(reader, key, source.plane)
  const refused = protocol
    ? (portProblem(listener, settings) ??
      modeProblem(listener) ??
      frontend.refused ??
      (tlsMode === 'terminate' ? (closed ?? doubtProblem(frontend.validation, slots)) : undefined) ??
      (options.ok ? undefined : options.problems[0]))
    : protocolProblem(listener.protocol)
  return {
    key,
    ...(source.plane && { plane: source.plane }),
    name: listener.name,
    port: listener.port,
    socketPort: settings.ports?.get(listener.port) ?? listener.port,
    protocol: listener.protocol,
    hostname: (listener.hostname ?? '').toLowerCase(),
    kinds: kinds.valid,
    namespaces: listener.allowedRoutes.namespaces,
    certificates: certificates.found,
    ...(tlsMode && { tlsMode }),
    ...(options.ok && Object.keys(options.value).length > 0 && { tlsOptions: options.value }),
    ...(slots && { slots }),
    ...(frontend.validation && { clientValidation: frontend.validation }),
    ...(identity.ok && identity.value !== undefined && { identity: identity.value }),
    ...(refused && { refused }),
    ...(certificates.problem && {
      [certificates.found.length === 0 ? 'unresolved' : 'invalidCertificate']: certificates.problem,
    }),
    ...(frontend.unresolved && { invalidAuthority: frontend.unresolved }),
    ...(kinds.problem && { invalidKinds: kinds.problem }),
  }
}

/** Both say who is let in, and neither may be forgotten. */
function doubtProblem(frontend: ClientValidation | undefined, slots: ListenerSlots | undefined): Problem | undefined {
  if (!frontend || !slots?.tls?.clientValidation) return undefined
  const message =
    'which clients are let in stands in Gateway.spec.tls.frontend and in tls.clientValidation of a ClientTrafficPolicy: write it in one of them'
  return { reason: 'Invalid', message, path: '' }
}

function tlsModeOf({ tls }: GatewayListener, protocol: Protocol | undefined): ListenerTls['mode'] | undefined {
  if (protocol?.ir === 'https') return 'terminate'
  if (protocol?.ir !== 'tls') return undefined
  return tls?.mode === 'Passthrough' ? 'passthrough' : 'terminate'
}

// A word from the future: to end TLS where it should not be ended would be worse than nothing.
function modeProblem({ tls }: GatewayListener): Problem | undefined {
  const mode = tls?.mode ?? 'Terminate'
  if (mode === 'Terminate' || mode === 'Passthrough') return undefined
  return { reason: 'UnsupportedValue', message: `tls.mode ${mode} is neither Terminate nor Passthrough`, path: '' }
}

function portProblem({ port }: GatewayListener, { sockets }: Settings): Problem | undefined {
  if (sockets !== 'own' || fitsPod(port)) return undefined
  const message = `port ${port} is not free in a pod, where ports from 64512 up stand for those below 1024: take a lower one`
  return { reason: 'PortUnavailable', message, path: '' }
}

function protocolProblem(protocol: string): Problem {
  const supported = Object.keys(protocols).join(', ')
  const message = `protocol ${protocol} is not served here; supported: ${supported}`
  return { reason: 'UnsupportedProtocol', message, path: '' }
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
  const { found, problems } = resolveCertificates(reader, owner, refs)
  const [first] = problems
  if (!first) return { found }
  return { found, problem: { ...first, message: problems.map(({ message }) => message).join('; ') } }
}
