import { type KubeObject, type ObjectChange, type ObjectKey, objectKey } from '#api'
import { defaultClientSettings } from '#ir'
import type { Settings } from './settings.ts'
import { createTranslator, type Translation, type Translator, type TranslatorOptions } from './translator.ts'

/** Objects as tests write them: short, in namespace `default`, with the defaults that validation would have filled in. */

export const controllerName = 'headgate.dev/gateway-controller'
const gatewayApi = 'gateway.networking.k8s.io/v1'

type Fields = Readonly<Record<string, unknown>>

export function object(
  apiVersion: string,
  kind: string,
  fullName: string,
  rest: Fields,
  metadata: Fields = {},
): KubeObject {
  const [namespace, name] = fullName.includes('/') ? fullName.split('/') : ['default', fullName]
  return { apiVersion, kind, metadata: { name: name!, namespace: namespace!, generation: 1, ...metadata }, ...rest }
}

export function gatewayClass(spec: Fields = {}): KubeObject {
  return {
    apiVersion: gatewayApi,
    kind: 'GatewayClass',
    metadata: { name: 'headgate', generation: 1 },
    spec: { controllerName, ...spec },
  }
}

export function listener(fields: Fields = {}): Fields {
  const { from = 'Same', kinds, selector, ...rest } = fields
  const namespaces = { from, ...(selector !== undefined && { selector }) }
  return {
    name: 'http',
    port: 80,
    protocol: 'HTTP',
    allowedRoutes: { namespaces, ...(kinds !== undefined && { kinds }) },
    ...rest,
  }
}

export function gateway(
  fullName: string,
  listeners: readonly Fields[],
  spec: Fields = {},
  metadata: Fields = {},
): KubeObject {
  return object(
    gatewayApi,
    'Gateway',
    fullName,
    { spec: { gatewayClassName: 'headgate', listeners, ...spec } },
    metadata,
  )
}

/** @param parent name of the Gateway, or a parentRef */
export function listenerSet(
  fullName: string,
  parent: string | Fields,
  listeners: readonly Fields[],
  metadata: Fields = {},
): KubeObject {
  const parentRef = {
    group: 'gateway.networking.k8s.io',
    kind: 'Gateway',
    ...(typeof parent === 'string' ? { name: parent } : parent),
  }
  return object(gatewayApi, 'ListenerSet', fullName, { spec: { parentRef, listeners } }, metadata)
}

/** A parentRef of a route. */
export function setRef(name: string, fields: Fields = {}): Fields {
  return { kind: 'ListenerSet', name, ...fields }
}

/** @param parents names of Gateways, or parentRefs */
export function httpRoute(
  fullName: string,
  parents: readonly (string | Fields)[],
  rules: readonly Fields[],
  spec: Fields = {},
  metadata: Fields = {},
): KubeObject {
  return object(gatewayApi, 'HTTPRoute', fullName, { spec: routeSpec(parents, rules, spec) }, metadata)
}

/** @param parents names of Gateways, or parentRefs */
export function grpcRoute(
  fullName: string,
  parents: readonly (string | Fields)[],
  rules: readonly Fields[],
  spec: Fields = {},
  metadata: Fields = {},
): KubeObject {
  return object(gatewayApi, 'GRPCRoute', fullName, { spec: routeSpec(parents, rules, spec) }, metadata)
}

function routeSpec(parents: readonly (string | Fields)[], rules: readonly Fields[], spec: Fields): Fields {
  const parentRefs = parents.map((parent) => ({
    group: 'gateway.networking.k8s.io',
    kind: 'Gateway',
    ...(typeof parent === 'string' ? { name: parent } : parent),
  }))
  return { parentRefs, rules, ...spec }
}

export function rule(fields: Fields = {}): Fields {
  return { matches: [{ path: { type: 'PathPrefix', value: '/' } }], ...fields }
}

export function backendRef(name: string, fields: Fields = {}): Fields {
  return { group: '', kind: 'Service', name, port: 80, weight: 1, ...fields }
}

export function service(fullName: string, ports: readonly Fields[] = [{}], spec: Fields = {}): KubeObject {
  const filled = ports.map((port) => ({ port: 80, targetPort: 8080, protocol: 'TCP', ...port }))
  return object('v1', 'Service', fullName, {
    spec: { type: 'ClusterIP', sessionAffinity: 'None', ports: filled, ...spec },
  })
}

export function slice(fullName: string, of: string, endpoints: readonly Fields[], fields: Fields = {}): KubeObject {
  const rest = { addressType: 'IPv4', ports: [{ name: '', port: 8080, protocol: 'TCP' }], endpoints, ...fields }
  return object('discovery.k8s.io/v1', 'EndpointSlice', fullName, rest, {
    labels: { 'kubernetes.io/service-name': of },
  })
}

export function referenceGrant(fullName: string, from: Fields, to: Fields): KubeObject {
  return object('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', fullName, {
    spec: { from: [{ group: 'gateway.networking.k8s.io', ...from }], to: [{ group: '', ...to }] },
  })
}

export function tlsSecret(fullName: string, crt: string, key: string, type = 'kubernetes.io/tls'): KubeObject {
  const data = { 'tls.crt': Buffer.from(crt).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') }
  return object('v1', 'Secret', fullName, { type, data })
}

export function keyOf({ kind, metadata }: KubeObject): ObjectKey {
  return objectKey(kind, metadata.namespace ?? '', metadata.name)
}

export function put(...objects: readonly KubeObject[]): ObjectChange[] {
  return objects.map((found) => ({ kind: 'put', key: keyOf(found), object: found }))
}

export function remove(...objects: readonly KubeObject[]): ObjectChange[] {
  return objects.map((found) => ({ kind: 'delete', key: keyOf(found) }))
}

export const settings: Settings = { controllerName, client: defaultClientSettings }

export function translator(options: Partial<TranslatorOptions> = {}): Translator {
  return createTranslator({ settings, filters: [], filterOrder: [], forward: [], supportedFeatures: [], ...options })
}

/** All of them at once, with a GatewayClass of ours. */
export function translate(objects: readonly KubeObject[], options: Partial<TranslatorOptions> = {}): Translation {
  return translator(options).apply(put(gatewayClass(), ...objects))
}

/** `Accepted=True Accepted` and so on, by condition type, of one route's parent or one Gateway or listener. */
export function conditions(
  list: readonly { type: string; status: string; reason: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]))
}

export function parentOf(translation: Translation, route: string, index = 0): Record<string, string> {
  const status = translation.statuses.get(`HTTPRoute/${route}`)
  return conditions(status?.kind === 'Route' ? status.parents[index]?.conditions : undefined)
}

export function gatewayOf(translation: Translation, name: string) {
  const status = translation.statuses.get(`Gateway/${name}`)
  if (status?.kind !== 'Gateway') return undefined
  const listeners = status.listeners.map((entry) => [
    entry.name,
    { ...entry, conditions: conditions(entry.conditions) },
  ])
  return { conditions: conditions(status.conditions), listeners: Object.fromEntries(listeners) }
}

export function listenerSetOf(translation: Translation, name: string) {
  const status = translation.statuses.get(`ListenerSet/${name}`)
  if (status?.kind !== 'ListenerSet') return undefined
  const listeners = status.listeners.map((entry) => [
    entry.name,
    { ...entry, conditions: conditions(entry.conditions) },
  ])
  return { conditions: conditions(status.conditions), listeners: Object.fromEntries(listeners) }
}
