import type { ParentReference } from '#api'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { UpstreamSide } from './backend-ref.ts'
import { type GatewayModel, isSound, type ListenerModel } from './gateway.ts'
import { intersectHostnames } from './hostname.ts'
import { selects } from './label-selector.ts'
import { isSoundEntry, type ListenerSetModel } from './listener-set.ts'
import type { PlaneName } from './policy-slice.ts'

/** Something that routes attach to, as far as they can see it. */
export interface AttachPoint {
  /** For messages: `Gateway ns/name`, `ListenerSet ns/name`. */
  readonly label: string
  readonly namespace: string
  /** Why nothing attaches, whatever it names. */
  readonly closed?: string
  readonly listeners: readonly AttachListener[]
  /** Of a Gateway, also without listeners: policies are judged by it. */
  readonly plane?: PlaneName
}

export type AttachListener = Pick<
  ListenerModel,
  'key' | 'plane' | 'name' | 'port' | 'hostname' | 'kinds' | 'namespaces'
> & {
  /** Whether the snapshot has it. Attachment does not depend on it (gateway_types.go, attachedRoutes). */
  readonly served: boolean
  readonly side: UpstreamSide
}

export function gatewayAttachPoint(gateway: GatewayModel): AttachPoint {
  return {
    label: `Gateway ${gateway.name}`,
    namespace: gateway.name.slice(0, gateway.name.indexOf('/')),
    listeners: attachListeners(gateway.listeners, (listener) => isSound(gateway, listener)),
    ...(gateway.plane && { plane: gateway.plane }),
  }
}

/** Routes see a ListenerSet by itself: its namespace is what allowedRoutes calls the same. */
export function setAttachPoint(set: ListenerSetModel): AttachPoint {
  return {
    label: `ListenerSet ${set.name}`,
    namespace: set.name.slice(0, set.name.indexOf('/')),
    ...(set.problem?.reason === 'NotAllowed' && { closed: `it is not part of Gateway ${set.gateway}` }),
    listeners: attachListeners(set.listeners, (listener) => isSoundEntry(set, listener)),
  }
}

function attachListeners(
  listeners: readonly ListenerModel[],
  served: (listener: ListenerModel) => boolean,
): readonly AttachListener[] {
  return listeners.map((listener) => {
    const { key, plane, name, port, hostname, kinds, namespaces, identity } = listener
    const side = { sealed: listener.tlsMode === 'passthrough', ...(identity !== undefined && { identity }) }
    const common = { key, ...(plane && { plane }), name, port, hostname, kinds, namespaces }
    return { ...common, served: served(listener), side }
  })
}

/** The side of the route. */
export interface Attaching {
  readonly kind: string
  readonly namespace: string
  /** Labels of its namespace, asked only where a listener selects by them. */
  namespaceLabels(): Readonly<Record<string, string>>
  /** Empty: whatever the listener serves. */
  readonly hostnames: readonly string[]
}

export interface Attachment {
  readonly listener: AttachListener
  /** The route's, narrowed by the listener's; never empty. */
  readonly hostnames: readonly string[]
}

/**
 * The listeners that take the route, of those that the parentRef names. One of them is enough for success; the reason of
 * a failure is that of the step at which the last candidate fell out.
 */
export function attach(ref: ParentReference, route: Attaching, point: AttachPoint): Outcome<readonly Attachment[]> {
  const named = point.listeners.filter(
    ({ name, port }) =>
      (ref.sectionName === undefined || ref.sectionName === name) && (ref.port === undefined || ref.port === port),
  )
  if (point.closed !== undefined) return problem('NoMatchingParent', `${point.label} takes no routes: ${point.closed}`)
  if (named.length === 0) return problem('NoMatchingParent', `${point.label} has no listener ${wanted(ref)}`)
  const allowing = named.filter((listener) => listener.kinds.includes(route.kind) && admits(listener, route, point))
  if (allowing.length === 0) return problem('NotAllowedByListeners', notAllowed(named, route, point))
  const attached = allowing.flatMap((listener) => {
    const hostnames = intersectHostnames(listener.hostname, route.hostnames)
    return hostnames.length > 0 ? [{ listener, hostnames }] : []
  })
  if (attached.length > 0) return ok(attached)
  const served = allowing.map(({ name, hostname }) => `${name}: ${hostname}`).join(', ')
  const message = `none of ${route.hostnames.join(', ')} is a hostname of ${point.label} (${served})`
  return problem('NoMatchingListenerHostname', message)
}

function wanted({ sectionName, port }: ParentReference): string {
  if (sectionName === undefined) return port === undefined ? 'at all' : `with port ${port}`
  return port === undefined ? `named ${sectionName}` : `named ${sectionName} with port ${port}`
}

function admits({ namespaces }: AttachListener, route: Attaching, point: AttachPoint): boolean {
  switch (namespaces.from) {
    case 'All':
      return true
    case 'Selector':
      return namespaces.selector !== undefined && selects(namespaces.selector, route.namespaceLabels())
    case 'Same':
      return route.namespace === point.namespace
    default:
      // A word from the future: nobody is let in by a rule that we cannot read.
      return false
  }
}

function notAllowed(named: readonly AttachListener[], route: Attaching, point: AttachPoint): string {
  const takesKind = named.filter((listener) => listener.kinds.includes(route.kind))
  const reasons = named.map(({ name, kinds, namespaces }) =>
    kinds.includes(route.kind)
      ? `${name} takes routes of namespaces "${namespaces.from}" only`
      : `${name} takes ${kinds.join(', ') || 'no route kind'}`,
  )
  const who = takesKind.length > 0 ? `${route.kind} of namespace ${route.namespace}` : route.kind
  return `no listener of ${point.label} allows this ${who}: ${reasons.join('; ')}; see allowedRoutes`
}
