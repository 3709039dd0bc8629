import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackendProcess } from './backend-process.ts'
import { gatewayYaml, routeYaml, startHeadgate } from './headgate-process.ts'
import { startLoad } from './steady-load.ts'

interface Placed {
  readonly port: number
  readonly zone: string
}

/** A Service that wants its clients to stay in their zone; no hints, as in slices that are not Kubernetes' own. */
function placedService(...endpoints: readonly Placed[]): string {
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
spec: { trafficDistribution: PreferSameZone, ports: [{ name: http, port: 80 }] }
${slices.join('')}`
}

test('requests stay in the zone of the gateway; when its endpoints are gone, or dead, the other zone helps', async (t) => {
  const [near, far] = [await startBackendProcess(t, 'near'), await startBackendProcess(t, 'far')]
  const both = [
    { port: near.port, zone: 'one' },
    { port: far.port, zone: 'two' },
  ]
  const headgate = await startHeadgate(
    (port) => ({
      'base.yaml': [gatewayYaml(port), routeYaml('web', 'a')].join('---\n'),
      'service.yaml': placedService(...both),
    }),
    ['--zone', 'one'],
  )
  t.after(() => headgate.stop())
  const load = startLoad(t, `http://127.0.0.1:${headgate.port}/`)
  await load.more(100)
  assert.deepEqual([...load.answers.keys()], ['200 near'])
  headgate.write('service.yaml', placedService(both[1]!))
  while (!load.answers.has('200 far')) await load.more(1)
  headgate.write('service.yaml', placedService(...both))
  await load.more(100)
  await near.end('SIGTERM')
  const before = load.answers.get('200 far') ?? 0
  await load.more(50)
  assert.ok((load.answers.get('200 far') ?? 0) > before)
  await load.stop()
  assert.deepEqual(load.failures, [])
})
