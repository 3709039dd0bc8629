import { spawnSync } from 'node:child_process'
import type { Manifest } from '../../bench/cluster/objects.ts'

/** A Redis in a pod, where limits are counted that hold for all data planes. */

const metadata = { name: 'redis', namespace: 'default' }
const labels = { app: 'redis' }
const port = 6_379

export const redisUrl = `redis://${metadata.name}.${metadata.namespace}.svc.cluster.local:${port}`

/** Its program is this machine's. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
export const noRedis = hasRedis ? false : 'no redis-server here'

const command = ['redis-server', '--port', String(port), '--save', '', '--bind', '0.0.0.0', '--protected-mode', 'no']
const container = {
  name: 'redis',
  image: 'host',
  command,
  readinessProbe: { tcpSocket: { port } },
}

/** @param replicas none or one: a second one would count anew */
export function redisOf(replicas: 0 | 1): Manifest {
  const template = { metadata: { labels }, spec: { containers: [container] } }
  const spec = { replicas, selector: { matchLabels: labels }, template }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }
}

export const redisService: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: { selector: labels, ports: [{ port, targetPort: port }] },
}

/** The kind of policies that limits come by, with what the API server needs to know of it. */
export const policyKind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'backendtrafficpolicies.gateway.envoyproxy.io' },
  spec: {
    group: 'gateway.envoyproxy.io',
    scope: 'Namespaced',
    names: { kind: 'BackendTrafficPolicy', plural: 'backendtrafficpolicies', singular: 'backendtrafficpolicy' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}
