import type { Gateway, RouteNamespaces } from '#api'
import type { Certificate, CertificateKey, ClientValidation, ListenerKey, ListenerTls } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { resolveIdentity } from './backend-identity.ts'
import { allowsInsecure } from './frontend-validation.ts'
import { translateAddresses } from './gateway-addresses.ts'
import { planeOf, resolveParameters } from './gateway-parameters.ts'
import { type GatewayPlan, planGateway } from './gateway-plan.ts'
import { listenerSource, translateListener } from './listener.ts'
import { findConflicts } from './listener-conflicts.ts'
import type { PolicyReader } from './policy-models.ts'
import type { ListenerSlots, PlaneName } from './policy-slice.ts'
import { gatewayGroup } from './protocols.ts'
import type { Settings } from './settings.ts'
import type { TlsOptions } from './tls-options.ts'

/** A Gateway of ours, understood; rivalry with other Gateways and what the plane says come later. */
export interface GatewayModel {
  /** `namespace/name`. */
  readonly name: string
  readonly createdAt: string
  readonly generation: number
  /** Why the whole Gateway is refused. */
  readonly problem?: Problem
  /** ResolvedRefs=False because of the Gateway itself: the client certificate for backends. */
  readonly unresolved?: Problem
  /** Somewhere clients are let in whose certificate is missing or invalid. */
  readonly insecureFrontend: boolean
  /** IP addresses that the spec names: all of them are needed. */
  readonly requested: readonly string[]
  /** Where its listeners are bound; empty: the plane's default. */
  readonly addresses: readonly string[]
  /** Takes every route that asks for default Gateways (GEP-3793). */
  readonly isDefault: boolean
  readonly plan: GatewayPlan
  readonly plane?: PlaneName
  readonly listeners: readonly ListenerModel[]
}

export interface ListenerModel {
  readonly key: ListenerKey
  /** Of the Gateway. */
  readonly plane?: PlaneName
  readonly name: string
  /** As written; `socketPort` is where we listen. */
  readonly port: number
  readonly socketPort: number
  readonly protocol: string
  /** Lower case; '' for any. */
  readonly hostname: string
  /** Route kinds that may attach: what the protocol carries, narrowed by allowedRoutes.kinds. */
  readonly kinds: readonly string[]
  readonly namespaces: RouteNamespaces
  readonly certificates: readonly Certificate[]
  /** What becomes of TLS, on protocols that have it. */
  readonly tlsMode?: ListenerTls['mode']
  readonly tlsOptions?: TlsOptions
  readonly clientValidation?: ClientValidation
  /** What its ClientTrafficPolicy sets. */
  readonly slots?: ListenerSlots
  /** The Secret whose certificate is shown to backends that routes of this listener lead to. */
  readonly identity?: CertificateKey
  /** Accepted=False. */
  readonly refused?: Problem
  /** Conflicted=True, and Accepted=False with it. */
  readonly conflict?: Problem
  /** ResolvedRefs=False because of a reference without which it cannot be served. */
  readonly unresolved?: Problem
  /** ResolvedRefs=False because of some certificates; it is served with the others. */
  readonly invalidCertificate?: Problem
  /** ResolvedRefs=False because of CA certificates for clients; those of other references count. */
  readonly invalidAuthority?: Problem
  /** ResolvedRefs=False because of kinds that cannot attach; the others can. */
  readonly invalidKinds?: Problem
  /** OverlappingTLSConfig=True; it is served all the same. */
  readonly overlap?: Problem
}

/** Whether traffic can reach the listener, as far as its own Gateway decides. */
export function isSound(gateway: GatewayModel, listener: ListenerModel): boolean {
  return !gateway.problem && !listener.refused && !listener.conflict && !listener.unresolved
}

/** As its Accepted condition says: with one valid listener left it is. */
export function isAccepted({ problem, listeners }: GatewayModel): boolean {
  return !problem && (listeners.length === 0 || listeners.some(({ refused, conflict }) => !refused && !conflict))
}

/** @returns undefined for Gateways of other controllers: they are none of our business. */
export function translateGateway(gateway: Gateway, reader: PolicyReader, settings: Settings): GatewayModel | undefined {
  const { metadata, spec } = gateway
  const gatewayClass = reader.get('GatewayClass', '', spec.gatewayClassName)
  if (gatewayClass?.spec.controllerName !== settings.controllerName) return undefined
  const namespace = metadata.namespace ?? 'default'
  const name = `${namespace}/${metadata.name}`
  const addresses = translateAddresses(name, spec, settings)
  const parameters = resolveParameters(gateway, gatewayClass, reader, settings)
  const problem =
    (parameters.ok ? undefined : parameters.problems[0]) ?? (addresses.ok ? undefined : addresses.problems[0])
  const identity = resolveIdentity(gateway, reader)
  const plane = planeOf(parameters, settings)
  const source = listenerSource(gateway, { group: gatewayGroup, kind: 'Gateway', namespace }, name, plane)
  const own = spec.listeners.map((listener) => translateListener(listener, source, reader, settings))
  const conflicts = findConflicts(own)
  return {
    name,
    createdAt: metadata.creationTimestamp ?? '',
    generation: metadata.generation ?? 0,
    ...(problem && { problem }),
    ...(!identity.ok && { unresolved: identity.problems[0]! }),
    insecureFrontend: allowsInsecure(gateway),
    requested: addresses.ok ? addresses.value.requested : [],
    addresses: addresses.ok ? addresses.value.bind : [],
    isDefault: spec.defaultScope === 'All',
    ...(plane && { plane }),
    plan: planGateway(gateway, own, {
      ...(parameters.ok && { parameters: parameters.value }),
      requested: addresses.ok ? addresses.value.requested : [],
      isRefused: problem !== undefined,
    }),
    listeners: own.map((listener) => {
      const conflict = conflicts.get(listener)
      return conflict ? { ...listener, conflict } : listener
    }),
  }
}
