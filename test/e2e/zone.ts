import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { startBackendProcess } from './backend-process.ts'
import { gatewayYaml, routeYaml, startHeadgate } from './headgate-process.ts'
import { startLoad } from './steady-load.ts'

/** What the tests of both planes do with zones. */

interface Placed {
  readonly port: number
  readonly zone: string
}

/** A Service whose endpoints are in zones; without hints, as in slices that are not Kubernetes' own. */
function placedService(endpoints: readonly Placed[], spec = ''): string {
  const slices = endpoints.map(
    ({ port, zone }) => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: a-${port}, labels: { kubernetes.io/service-name: a } }
addressType: IPv4
ports: [{ name: http, port: ${port} }]
endpoints: [{ addresses: [127.0.0.1], zone: ${zone} }]
`,
  )
  return `apiVersion: v1
kind: Service
metadata: { name: a }
spec: { ${spec}ports: [{ name: http, port: 80 }] }
${slices.join('')}`
}

/** How a user says that requests stay in the zone. */
export type Wish = 'trafficDistribution' | 'preferLocal'

const policy = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: near }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: web }]
  healthCheck: { passive: { consecutive5XxErrors: 1, interval: 1s, baseEjectionTime: 60s, maxEjectionPercent: 100 }, panicThreshold: 0 }
  retry: { numRetries: 3, retryOn: { triggers: [connect-failure, reset] } }
  loadBalancer: { type: RoundRobin, zoneAware: { preferLocal: { force: {} } } }
`

/** Requests stay in the zone of the gateway; when its endpoints are gone, or dead, the other zone helps. */
export async function staysInItsZone(t: TestContext, wish: Wish, options: readonly string[]): Promise<void> {
  const [near, far] = [await startBackendProcess(t, 'near'), await startBackendProcess(t, 'far')]
  const both = [
    { port: near.port, zone: 'one' },
    { port: far.port, zone: 'two' },
  ]
  const isPolicy = wish === 'preferLocal'
  const service = (...placed: readonly Placed[]) =>
    placedService(placed, isPolicy ? '' : 'trafficDistribution: PreferSameZone, ')
  const headgate = await startHeadgate(
    (port) => ({
      'base.yaml': [gatewayYaml(port), routeYaml('web', 'a'), ...(isPolicy ? [policy] : [])].join('---\n'),
      'service.yaml': service(...both),
    }),
    ['--zone', 'one', ...options],
  )
  t.after(() => headgate.stop())
  const load = startLoad(t, `http://127.0.0.1:${headgate.port}/`)
  await load.more(100)
  assert.deepEqual([...load.answers.keys()], ['200 near'])
  headgate.write('service.yaml', service(both[1]!))
  while (!load.answers.has('200 far')) await load.more(1)
  headgate.write('service.yaml', service(...both))
  await load.more(100)
  await near.end('SIGTERM')
  const before = load.answers.get('200 far') ?? 0
  await load.more(50)
  assert.ok((load.answers.get('200 far') ?? 0) > before)
  await load.stop()
  assert.deepEqual(load.failures, [])
}
