import type { BackendKey, Listener, PlaneRefusal, Snapshot } from '#ir'
import type { ResourceKind } from '../envoy-resources.ts'
import {
  backendCertificateSecretName,
  backendTrustSecretName,
  certificateSecretName,
  clientTrustSecretName,
  clusterName,
  listenerName,
  mergedClusterName,
} from './names.ts'

/** A refused resource as Envoy, or the check before it, speaks of it. */
export interface RefusedResource {
  readonly kind: ResourceKind
  readonly name: string
  readonly message: string
}

/** Longer messages of Envoy's repeat what they are about. */
const longestMessage = 500

/** Whose the refused resources are, by their names: what statuses need to tell the right people. @param bind as ResourceOptions have it */
export function locateRefusals(
  refused: readonly RefusedResource[],
  snapshot: Snapshot,
  bind: readonly string[],
): readonly PlaneRefusal[] {
  return refused.map(({ kind, name, message }) => {
    const text = message.trim()
    return {
      resource: `${kind} ${name}`,
      message: text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text,
      ...ownerOf(kind, name, snapshot, bind),
    }
  })
}

type Owner = Omit<PlaneRefusal, 'resource' | 'message'>

function ownerOf(kind: ResourceKind, name: string, snapshot: Snapshot, bind: readonly string[]): Owner {
  switch (kind) {
    case 'cluster':
    case 'endpoints':
      return ownerOfCluster(name, snapshot)
    case 'secret':
      return ownerOfSecret(name, snapshot)
    case 'runtime':
      return {}
    default:
      return ownerOfTable(kind, name, snapshot, bind)
  }
}

function ownerOfCluster(name: string, { backends, routes, streams }: Snapshot): Owner {
  const backend = backends.find(({ key }) => clusterName(key) === name)
  if (backend) return { backend: backend.key }
  const route = [...routes, ...streams].find((one) => mergedClusterName(one) === name)
  return route ? { route: route.origin } : {}
}

function ownerOfSecret(name: string, { listeners, backends }: Snapshot): Owner {
  const showing = listeners.filter(({ key, tls }) =>
    [...(tls?.certificates ?? []).map(certificateSecretName), clientTrustSecretName(key)].includes(name),
  )
  if (showing.length > 0) return { listeners: showing.map(({ key }) => key) }
  const names = (key: BackendKey) => [backendTrustSecretName(key), backendCertificateSecretName(key)]
  const backend = backends.find(({ key }) => names(key).includes(name))
  return backend ? { backend: backend.key } : {}
}

/** Listeners, and what their names begin: route tables, virtual hosts, filters. */
function ownerOfTable(kind: ResourceKind, name: string, snapshot: Snapshot, bind: readonly string[]): Owner {
  const sockets = snapshot.listeners.flatMap((listener) => socketsOf(listener, bind).map((at) => ({ listener, at })))
  const own = sockets.filter(({ at }) => name === at || name.startsWith(`${at}/`))
  const rest = own[0] ? name.slice(own[0].at.length + 1) : ''
  const exact = own.filter(({ listener: { key } }) => rest === key || rest.startsWith(`${key}/`))
  const found = exact.length > 0 ? exact : own
  const listeners = { listeners: [...new Set(found.map(({ listener }) => listener.key))] }
  if (kind === 'extension') {
    const stream = snapshot.streams.find(({ key }) => rest === key || rest.startsWith(`${key}/`))
    return stream ? { listeners: [stream.listener], route: stream.origin } : listeners
  }
  if (kind !== 'virtualHost') return listeners
  const host = name.slice(name.lastIndexOf('/') + 1)
  return { ...listeners, hostname: host === '*' ? '' : host }
}

function socketsOf({ addresses, port, protocol }: Listener, bind: readonly string[]): readonly string[] {
  const transport = protocol === 'udp' ? 'udp' : 'tcp'
  return (addresses.length > 0 ? addresses : bind).map((address) => listenerName(transport, address, port))
}
