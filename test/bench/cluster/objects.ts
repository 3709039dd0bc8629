import type { RawObject } from '#kube'

/** What the bench writes into the cluster. */
export type Manifest = RawObject & { readonly apiVersion: string; readonly kind: string }

const v1 = 'gateway.networking.k8s.io/v1'
export const namespace = 'bench'

export function gatewayClass(parametersRef?: object): Manifest {
  return {
    apiVersion: v1,
    kind: 'GatewayClass',
    metadata: { name: 'headgate' },
    spec: { controllerName: 'headgate.dev/gateway-controller', ...(parametersRef && { parametersRef }) },
  }
}

export function gateway(name: string): Manifest {
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }]
  const allowedListeners = { namespaces: { from: 'Same' } }
  return {
    apiVersion: v1,
    kind: 'Gateway',
    metadata: { name, namespace },
    spec: { gatewayClassName: 'headgate', allowedListeners, listeners },
  }
}

export function listenerSet(name: string, parent: string): Manifest {
  const listeners = [{ name: 'http', hostname: `*.${name}.test`, port: 80, protocol: 'HTTP' }]
  return {
    apiVersion: v1,
    kind: 'ListenerSet',
    metadata: { name, namespace },
    spec: { parentRef: { name: parent }, listeners },
  }
}

export interface RouteWish {
  readonly service?: string
  readonly kind?: 'Gateway' | 'ListenerSet'
  readonly host?: string
}

/** A route of one hostname, `NAME.test`, to one Service. */
export function route(
  name: string,
  parent: string,
  { service = 'a', kind = 'Gateway', host = `${name}.test` }: RouteWish = {},
): Manifest {
  const parentRefs = [{ group: 'gateway.networking.k8s.io', kind, name: parent }]
  const rules = [{ backendRefs: [{ name: service, port: 80 }] }]
  return {
    apiVersion: v1,
    kind: 'HTTPRoute',
    metadata: { name, namespace },
    spec: { parentRefs, hostnames: [host], rules },
  }
}

/** A Service without pods of its own, and the slice that says where it is. */
export function service(name: string, ...addresses: readonly string[]): Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    slice(name, ...addresses),
  ]
}

export function slice(name: string, ...addresses: readonly string[]): Manifest {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-bench`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  }
}
