import path from 'node:path'
import { gatewayClass, type Manifest } from '../../bench/cluster/objects.ts'
import { v1 } from './pod-cluster.ts'

/** A shop in a cluster: its Gateway, its routes, its certificate, and backends in pods. */

export const namespace = 'shop'
export const host = 'shop.test'

export function parameters(spec: object): Manifest {
  const metadata = { name: 'chaos', namespace: 'default' }
  return { apiVersion: 'gateway.headgate.dev/v1alpha1', kind: 'GatewayParameters', metadata, spec }
}

export function classWithParameters(): Manifest {
  const { metadata } = parameters({})
  const object = gatewayClass()
  const parametersRef = { group: 'gateway.headgate.dev', kind: 'GatewayParameters', ...metadata }
  return { ...object, spec: { ...(object.spec as object), parametersRef } } as Manifest
}

export function gateway(name: string, home = namespace): Manifest {
  const tls = { certificateRefs: [{ name: 'shop-tls' }] }
  const listeners = [
    { name: 'http', port: 80, protocol: 'HTTP' },
    ...(home === namespace ? [{ name: 'https', port: 443, protocol: 'HTTPS', hostname: host, tls }] : []),
  ]
  const spec = { gatewayClassName: 'headgate', listeners }
  return { apiVersion: v1, kind: 'Gateway', metadata: { name, namespace: home }, spec }
}

export function route(name: string, hostname: string, service = 'a', parent = 'web', home = namespace): Manifest {
  const rules = [{ backendRefs: [{ name: service, port: 80 }] }]
  const spec = { parentRefs: [{ name: parent }], hostnames: [hostname], rules }
  return { apiVersion: v1, kind: 'HTTPRoute', metadata: { name, namespace: home }, spec }
}

export function secret({ chain, key }: { readonly chain: string; readonly key: string }): Manifest {
  const metadata = { name: 'shop-tls', namespace }
  const data = { 'tls.crt': btoa(chain), 'tls.key': btoa(key) }
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data } as Manifest
}

/** Two pods that answer with the letter, and their Service. */
export function backend(letter: string, release = '1'): readonly [Manifest, Manifest] {
  const program = path.join(import.meta.dirname, 'pod-backend.ts')
  const container = { name: 'backend', image: 'host', command: [process.execPath, program, letter] }
  const metadata = { name: `backend-${letter}`, namespace }
  const template = {
    metadata: { labels: { app: letter }, annotations: { release } },
    spec: { containers: [container], terminationGracePeriodSeconds: 15 },
  }
  const strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  const spec = { replicas: 2, selector: { matchLabels: { app: letter } }, strategy, template }
  const ports = [{ port: 80, targetPort: 3_000 }]
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: letter, namespace },
      spec: { selector: { app: letter }, ports },
    },
  ]
}
