import type { Gateway, ListenerSet } from '#api'
import type { Problem } from '#kit/outcome.ts'
import type { ListenerModel } from './gateway.ts'
import { planeOf, resolveParameters } from './gateway-parameters.ts'
import { selects } from './label-selector.ts'
import { listenerSource, translateListener } from './listener.ts'
import { namespaceLabels } from './namespace-labels.ts'
import type { PolicyReader } from './policy-models.ts'
import { gatewayGroup } from './protocols.ts'
import type { Reader } from './reader.ts'
import type { Settings } from './settings.ts'
import { namespaceOf } from './store.ts'

/** A ListenerSet of one of our Gateways, understood; rivalry with the Gateway and other sets comes later. */
export interface ListenerSetModel {
  /** `namespace/name`. */
  readonly name: string
  /** `namespace/name` of the Gateway it stands in. */
  readonly gateway: string
  readonly createdAt: string
  readonly generation: number
  /** Why nothing of it is served, whatever its listeners say. Without permission it has no listeners either. */
  readonly problem?: Problem
  readonly listeners: readonly ListenerModel[]
}

/** Whether traffic can reach the listener, as far as configuration decides. */
export function isSoundEntry({ problem }: ListenerSetModel, listener: ListenerModel): boolean {
  return !problem && isValidEntry(listener)
}

/** Sets are stricter than Gateways: an entry without its certificate is not valid (conformance: ListenerSetReferenceGrant). */
export function isValidEntry({ conflict, refused, unresolved }: ListenerModel): boolean {
  return !conflict && !refused && !unresolved
}

/** Whether the set counts in the Gateway's attachedListenerSets. */
export function isAcceptedSet({ problem, listeners }: ListenerSetModel): boolean {
  return !problem && listeners.some(isValidEntry)
}

/** @returns undefined for sets whose Gateway is missing or not ours: nobody asked us */
export function translateListenerSet(
  set: ListenerSet,
  reader: PolicyReader,
  settings: Settings,
): ListenerSetModel | undefined {
  const { metadata, spec } = set
  const { parentRef } = spec
  if (parentRef.kind !== 'Gateway' || parentRef.group !== gatewayGroup) return undefined
  const namespace = namespaceOf(set)
  const gatewayNamespace = parentRef.namespace ?? namespace
  const gateway = reader.get('Gateway', gatewayNamespace, parentRef.name)
  const gatewayClass = gateway && reader.get('GatewayClass', '', gateway.spec.gatewayClassName)
  if (!gateway || gatewayClass?.spec.controllerName !== settings.controllerName) return undefined
  const gatewayName = `${gatewayNamespace}/${parentRef.name}`
  const name = `${namespace}/${metadata.name}`
  const common = {
    name,
    gateway: gatewayName,
    createdAt: metadata.creationTimestamp ?? '',
    generation: metadata.generation ?? 0,
  }
  if (!allows(gateway, namespace, reader)) {
    const message = `Gateway ${gatewayName} takes ${whoIsAllowed(gateway)}: see its spec.allowedListeners`
    return { ...common, problem: { reason: 'NotAllowed', message, path: 'spec.parentRef' }, listeners: [] }
  }
  // The Gateway's grants are not the set's: it refers in its own name (listenerset_types.go, ReferenceGrant Semantics).
  const owner = { group: gatewayGroup, kind: 'ListenerSet', namespace }
  const plane = planeOf(resolveParameters(gateway, gatewayClass, reader, settings), settings)
  const source = listenerSource(gateway, owner, `${gatewayName}/${name}`, plane)
  return { ...common, listeners: spec.listeners.map((entry) => translateListener(entry, source, reader, settings)) }
}

function allows({ metadata, spec }: Gateway, namespace: string, reader: Reader): boolean {
  const { from, selector } = spec.allowedListeners?.namespaces ?? { from: 'None' }
  switch (from) {
    case 'All':
      return true
    case 'Same':
      return namespace === (metadata.namespace ?? 'default')
    case 'Selector':
      return selector !== undefined && selects(selector, namespaceLabels(reader, namespace))
    default:
      return false
  }
}

function whoIsAllowed({ spec }: Gateway): string {
  switch (spec.allowedListeners?.namespaces.from) {
    case 'Same':
      return 'ListenerSets of its own namespace only'
    case 'Selector':
      return 'ListenerSets of namespaces with certain labels only'
    default:
      return 'no ListenerSets'
  }
}
