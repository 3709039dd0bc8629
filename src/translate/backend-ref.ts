import type { Backend, BackendKey, CertificateKey, Endpoint, EndpointSet, UpstreamTls } from '#ir'
import { defaultConnectTimeoutMs } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import { envoyBackend } from './backend-kinds/envoy-backend.ts'
import { service } from './backend-kinds/service.ts'
import { serviceImport } from './backend-kinds/service-import.ts'
import { xBackend } from './backend-kinds/x-backend.ts'
import { policyTls } from './backend-tls-policy.ts'
import { translateCertificate } from './certificate.ts'
import type { BackendObjectRef } from './filter.ts'
import type { BackendSlots } from './policy-slice.ts'
import type { Reader } from './reader.ts'
import { type GrantFrom, grantAdvice, mayRefer } from './reference-grant.ts'
import { retryBudgetOf, trafficPolicyOn } from './traffic-policy.ts'

/** A kind that backendRefs can name. */
export interface BackendKind {
  readonly group: string
  readonly kind: string
  /** What routes need to know. Reasons: BackendNotFound, UnsupportedProtocol, InvalidKind, and those of its TLS settings. */
  describe(reader: Reader, place: BackendPlace): Outcome<BackendDescription>
  /** Apart from the rest: pods come and go without touching routes. */
  endpoints(reader: Reader, place: BackendPlace): readonly Endpoint[]
}

export interface BackendPlace {
  readonly namespace: string
  readonly name: string
  /** As the reference has it. */
  readonly port: number | undefined
  /** What is asked of it; to streams it does not matter what HTTP it would speak. */
  readonly carries: 'http' | 'tcp' | 'udp'
}

export interface BackendDescription {
  readonly port: number
  /** Left out: the object does not say. */
  readonly protocol?: Backend['protocol']
  readonly tls?: UpstreamTls
  /** What a policy may name to mean this port alone. */
  readonly section?: string
  /** The appProtocol by which it asks for TLS; without `tls` it cannot be used. */
  readonly needsTls?: string
}

/** A backend that some route needs: enough to build it again when what it stands on changes. */
export interface BackendUse {
  readonly key: BackendKey
  readonly kind: BackendKind
  readonly place: BackendPlace
  readonly wish: Backend['protocol']
  readonly side: UpstreamSide
  /** The policy whose copy of the backend this is. */
  readonly policy?: BackendPolicy
}

/** What a policy makes of the backends of its routes. */
export interface BackendPolicy {
  readonly slots: BackendSlots
  /** Tells its copies from others. */
  readonly by: string
}

/** What the listener means for connections to backends: one rule may stand on listeners that differ in it. */
export interface UpstreamSide {
  /** The Secret whose certificate the Gateway shows to backends that speak TLS (spec.tls.backend). */
  readonly identity?: CertificateKey
  /** The client's own TLS passes through to the backend, so none is put around it. */
  readonly sealed: boolean
}

const kinds: readonly BackendKind[] = [service, serviceImport, xBackend, envoyBackend]

/**
 * A reference of a route -> the backend it means.
 * @param wish protocol for objects that do not name one
 */
export function resolveBackend(
  reader: Reader,
  from: GrantFrom,
  ref: BackendObjectRef,
  wish: Backend['protocol'],
  side: UpstreamSide,
  policy?: BackendPolicy,
): Outcome<BackendUse> {
  const group = ref.group ?? ''
  const name = ref.kind ?? 'Service'
  const kind = kinds.find((candidate) => candidate.group === group && candidate.kind === name)
  if (!kind) {
    const known = kinds.map((candidate) => fullKind(candidate.group, candidate.kind)).join(', ')
    return problem('InvalidKind', `${fullKind(group, name)} ${ref.name} cannot be a backend; possible: ${known}`)
  }
  const to = { group, kind: name, namespace: ref.namespace ?? from.namespace, name: ref.name }
  if (!mayRefer(reader, from, to)) return problem('RefNotPermitted', grantAdvice(from, to))
  const stream = wish === 'tcp' || wish === 'udp'
  const place = { namespace: to.namespace, name: to.name, port: ref.port, carries: stream ? wish : 'http' } as const
  // Asked first: the routes of a missing object are those that its policies have to do with, too.
  reader.policies('BackendTLSPolicy', place.namespace, to)
  const description = kind.describe(reader, place)
  if (!description.ok) return description
  const { needsTls } = description.value
  const tls = tlsOf(reader, { kind, place }, description.value)
  if (needsTls && !tls) {
    const message = `${name} ${to.namespace}/${to.name} speaks ${needsTls}, which is TLS: add a BackendTLSPolicy that says whom to trust`
    return problem('UnsupportedProtocol', message)
  }
  const key = `${name}/${to.namespace}/${to.name}/${description.value.port}`
  // A wish that differs from the default makes a backend of its own: its connections speak another protocol.
  const wished = stream || (description.value.protocol === undefined && wish !== 'http1')
  const spoken = wished ? `${key}/${wish}` : key
  const copy = policy ? `/by ${policy.by}` : ''
  return ok({ key: `${spoken}${variant(tls, side)}${copy}`, kind, place, wish, side, ...(policy && { policy }) })
}

/** TLS to the backend: in its own words, else in those of a policy. */
function tlsOf(
  reader: Reader,
  { kind, place }: Pick<BackendUse, 'kind' | 'place'>,
  { tls, section }: BackendDescription,
): UpstreamTls | undefined {
  if (place.carries === 'udp') return undefined
  return tls ?? policyTls(reader, place.namespace, { group: kind.group, kind: kind.kind, name: place.name }, section)
}

/** As the listener has it: with the Gateway's certificate, unless the backend asks for one by name; sealed, without any. */
function tlsThrough(reader: Reader, side: UpstreamSide, tls: UpstreamTls | undefined): UpstreamTls | undefined {
  if (!tls || side.sealed) return undefined
  if (tls.clientCertificate || side.identity === undefined) return tls
  const [namespace = '', name = ''] = side.identity.split('/')
  const secret = reader.get('Secret', namespace, name)
  const identity = secret && translateCertificate(secret)
  if (!identity?.ok) return tls
  const { chain, privateKey } = identity.value
  return { ...tls, clientCertificate: { chain, privateKey } }
}

// Listeners that mean the same to a backend share its connections, the others have their own.
function variant(tls: UpstreamTls | undefined, { sealed, identity }: UpstreamSide): string {
  if (!tls) return ''
  if (sealed) return '/sealed'
  return tls.clientCertificate || identity === undefined ? '' : `/as ${identity}`
}

function fullKind(group: string, kind: string): string {
  return group === '' ? kind : `${kind}.${group}`
}

/** @returns undefined when the object is gone: then the routes that named it are about to forget it. */
export function buildBackend(
  reader: Reader,
  { key, kind, place, wish, side, policy }: BackendUse,
): { readonly backend: Backend; readonly endpoints: EndpointSet } | undefined {
  const description = kind.describe(reader, place)
  if (!description.ok) return undefined
  const { port, protocol: said } = description.value
  const tls = tlsThrough(reader, side, tlsOf(reader, { kind, place }, description.value))
  const protocol = place.carries === 'http' ? (said ?? wish) : place.carries
  const retryBudget = retryBudgetOf(trafficPolicyOn(reader, place.namespace, { ...kind, name: place.name }))
  return {
    backend: {
      key,
      origin: { kind: kind.kind, namespace: place.namespace, name: place.name },
      port,
      protocol,
      ...(tls && { tls }),
      connectTimeoutMs: defaultConnectTimeoutMs,
      ...(retryBudget && { retryBudget }),
      ...policy?.slots,
    },
    endpoints: { backend: key, endpoints: kind.endpoints(reader, place) },
  }
}
