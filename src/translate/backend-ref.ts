import type { Backend, BackendKey, Endpoint, EndpointSet, UpstreamTls } from '#ir'
import { defaultConnectTimeoutMs } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import { envoyBackend } from './backend-kinds/envoy-backend.ts'
import { service } from './backend-kinds/service.ts'
import { serviceImport } from './backend-kinds/service-import.ts'
import { xBackend } from './backend-kinds/x-backend.ts'
import type { BackendObjectRef } from './filter.ts'
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
  /** The appProtocol by which it asks for TLS; without `tls` it cannot be used. */
  readonly needsTls?: string
}

/** A backend that some route needs: enough to build it again when what it stands on changes. */
export interface BackendUse {
  readonly key: BackendKey
  readonly kind: BackendKind
  readonly place: BackendPlace
  readonly wish: Backend['protocol']
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
  wish: Backend['protocol'] = 'http1',
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
  const description = kind.describe(reader, place)
  if (!description.ok) return description
  const { needsTls, tls } = description.value
  if (needsTls && !tls) {
    const message = `${name} ${to.namespace}/${to.name} speaks ${needsTls}, which is TLS: add a BackendTLSPolicy that says whom to trust`
    return problem('UnsupportedProtocol', message)
  }
  const key = `${name}/${to.namespace}/${to.name}/${description.value.port}`
  // A wish that differs from the default makes a backend of its own: its connections speak another protocol.
  const wished = stream || (description.value.protocol === undefined && wish !== 'http1')
  return ok({ key: wished ? `${key}/${wish}` : key, kind, place, wish })
}

function fullKind(group: string, kind: string): string {
  return group === '' ? kind : `${kind}.${group}`
}

/** @returns undefined when the object is gone: then the routes that named it are about to forget it. */
export function buildBackend(
  reader: Reader,
  { key, kind, place, wish }: BackendUse,
): { readonly backend: Backend; readonly endpoints: EndpointSet } | undefined {
  const description = kind.describe(reader, place)
  if (!description.ok) return undefined
  const { port, tls, protocol: said } = description.value
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
    },
    endpoints: { backend: key, endpoints: kind.endpoints(reader, place) },
  }
}
