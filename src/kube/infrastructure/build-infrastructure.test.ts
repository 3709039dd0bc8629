import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { buildInfrastructure } from './build-infrastructure.ts'
import type { InfrastructurePlan } from './infrastructure-plan.ts'
import { infrastructureName, labelValue } from './object-names.ts'

function plan(fields: Partial<InfrastructurePlan> = {}): InfrastructurePlan {
  return {
    gateway: { namespace: 'shop', name: 'web', uid: 'u1' },
    className: 'headgate',
    controller: 'headgate.dev-gateway-controller',
    labels: { team: 'shop' },
    annotations: { 'example.com/note': 'x' },
    ports: [
      { port: 80, transport: 'tcp', podPort: 64592 },
      { port: 5300, transport: 'tcp', podPort: 5300 },
      { port: 5300, transport: 'udp', podPort: 5300 },
    ],
    addresses: [],
    parameters: {},
    container: {
      image: 'headgate:1',
      args: ['proxy'],
      adminPort: 9900,
      graceSeconds: 40,
      files: { feed: 'headgate.example:9443' },
    },
    ...fields,
  }
}

function objectOf(kind: string, fields: Partial<InfrastructurePlan> = {}) {
  return buildInfrastructure(plan(fields)).find((object) => object.kind === kind)
}

function specOf<T>(kind: string, fields: Partial<InfrastructurePlan> = {}): T {
  return objectOf(kind, fields)?.spec as T
}

interface PodTemplate {
  readonly metadata: { readonly labels: object; readonly annotations: object }
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly containers: readonly Readonly<Record<string, unknown>>[]
  }
}

function templateOf(fields: Partial<InfrastructurePlan> = {}): PodTemplate {
  return specOf<{ readonly template: PodTemplate }>('Deployment', fields).template
}

test('a Gateway gets these, each with its labels and annotations, each going with it', () => {
  const objects = buildInfrastructure(plan())
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['ServiceAccount', 'ConfigMap', 'NetworkPolicy', 'Service', 'Deployment', 'PodDisruptionBudget'],
  )
  for (const { metadata } of objects)
    assert.equal(
      stringify(metadata),
      `name: web-headgate
namespace: shop
labels:
  team: shop
  app.kubernetes.io/managed-by: headgate
  gateway.headgate.dev/controller: headgate.dev-gateway-controller
  gateway.networking.k8s.io/gateway-name: web
  gateway.networking.k8s.io/gateway-class-name: headgate
annotations:
  example.com/note: x
ownerReferences:
  - apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    name: web
    uid: u1
    controller: true
    blockOwnerDeletion: true
`,
    )
  assert.deepEqual(templateOf().metadata.labels, objects[0]!.metadata.labels)
  assert.deepEqual(templateOf().metadata.annotations, { 'example.com/note': 'x' })
})

test('one Service for TCP and UDP leads from the ports of listeners to those that a pod may bind', () => {
  assert.equal(
    stringify(specOf('Service')),
    `type: LoadBalancer
selector:
  gateway.networking.k8s.io/gateway-name: web
  gateway.networking.k8s.io/gateway-class-name: headgate
ports:
  - name: tcp-80
    port: 80
    protocol: TCP
    targetPort: 64592
  - name: tcp-5300
    port: 5300
    protocol: TCP
    targetPort: 5300
  - name: udp-5300
    port: 5300
    protocol: UDP
    targetPort: 5300
`,
  )
  assert.equal(objectOf('Service', { ports: [] }), undefined)
})

test('a pod has no rights: neither in the cluster nor on its node', () => {
  const { spec } = templateOf()
  const [proxy] = spec.containers
  assert.equal(spec.automountServiceAccountToken, false)
  assert.equal(
    stringify([spec.securityContext, proxy?.securityContext, spec.volumes]),
    `- runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
- allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
- - name: feed
    projected:
      sources:
        - serviceAccountToken:
            path: token
            audience: headgate-feed
            expirationSeconds: 3600
        - configMap:
            name: web-headgate
  - name: state
    emptyDir:
      sizeLimit: 1Gi
  - name: key
    emptyDir:
      medium: Memory
      sizeLimit: 1Mi
`,
  )
})

test('a listener that comes or goes starts no pod anew', () => {
  const more = plan().ports.concat({ port: 443, transport: 'tcp', podPort: 64955 })
  assert.deepEqual(templateOf({ ports: more }), templateOf())
})

test('a rollout takes no pod away before its successor serves', () => {
  const { strategy } = specOf<{ readonly strategy: object }>('Deployment')
  assert.deepEqual(strategy, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } })
  assert.deepEqual(templateOf().spec.containers[0]!.readinessProbe, {
    httpGet: { path: '/readyz', port: 'admin' },
    periodSeconds: 2,
    timeoutSeconds: 5,
    failureThreshold: 3,
  })
})

test('with autoscaling the Deployment says no number', () => {
  const parameters = { autoscaling: { maxReplicas: 5, cpuPercent: 50 } }
  assert.equal('replicas' in specOf<object>('Deployment', { parameters }), false)
  assert.equal(
    stringify(specOf('HorizontalPodAutoscaler', { parameters })),
    `scaleTargetRef:
  apiVersion: apps/v1
  kind: Deployment
  name: web-headgate
minReplicas: 2
maxReplicas: 5
metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: 50
`,
  )
})

test('clients may reach the listeners alone', () => {
  const { ingress } = specOf<{ readonly ingress: object }>('NetworkPolicy')
  assert.equal(
    stringify(ingress),
    `- ports:
    - port: 64592
      protocol: TCP
    - port: 5300
      protocol: TCP
    - port: 5300
      protocol: UDP
- from:
    - namespaceSelector: {}
  ports:
    - port: 9900
      protocol: TCP
`,
  )
})

test('parameters reach pods and Service; labels by which things are found are nobody’s to change', () => {
  const parameters = {
    pod: {
      image: 'own:2',
      labels: { tier: 'edge', 'gateway.networking.k8s.io/gateway-name': 'other' },
      nodeSelector: { edge: 'yes' },
      tolerations: [{ operator: 'Exists' as const }],
      priorityClassName: 'high',
      resources: { limits: { cpu: 1 } },
    },
    service: {
      loadBalancerClass: 'example.com/lb',
      externalTrafficPolicy: 'Local' as const,
      trafficDistribution: 'PreferClose' as const,
      annotations: { lb: 'internal' },
    },
  }
  const { metadata, spec } = templateOf({ parameters })
  assert.deepEqual(metadata.labels, { tier: 'edge', ...objectOf('Service')!.metadata.labels })
  assert.equal(spec.containers[0]!.image, 'own:2')
  assert.deepEqual([spec.nodeSelector, spec.priorityClassName], [{ edge: 'yes' }, 'high'])
  const { type, ports: _, selector: __, ...rest } = specOf<Readonly<Record<string, unknown>>>('Service', { parameters })
  assert.deepEqual(
    { type, ...rest },
    {
      type: 'LoadBalancer',
      loadBalancerClass: 'example.com/lb',
      externalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
    },
  )
  assert.equal(objectOf('Service', { parameters })?.metadata.annotations.lb, 'internal')
})

test('an address that the Gateway asks for is asked of the load balancer', () => {
  const { loadBalancerIP } = specOf<{ readonly loadBalancerIP: string }>('Service', { addresses: ['192.0.2.9'] })
  assert.equal(loadBalancerIP, '192.0.2.9')
  const parameters = { service: { type: 'NodePort' as const } }
  assert.equal('loadBalancerIP' in specOf<object>('Service', { addresses: ['192.0.2.9'], parameters }), false)
})

test('in the network of the node an old pod goes before a new one comes', () => {
  const parameters = { hostNetwork: true }
  assert.equal(templateOf({ parameters }).spec.hostNetwork, true)
  const { strategy } = specOf<{ readonly strategy: object }>('Deployment', { parameters })
  assert.deepEqual(strategy, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } })
  assert.equal(specOf<{ readonly type: string }>('Service', { parameters }).type, 'ClusterIP')
})

test('whatever a Gateway is called, a Service may have the name', () => {
  const names = ['web', '1st', 'a.b', 'a-b', 'x'.repeat(63), `${'x'.repeat(62)}y`, `${'a.'.repeat(126)}b`]
  const made = names.map((name) => infrastructureName(name, 'headgate'))
  for (const name of made) assert.match(name, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/)
  assert.equal(new Set(made).size, names.length)
  assert.equal(made[0], 'web-headgate')
  for (const name of names) assert.ok(labelValue(name).length <= 63)
  assert.equal(labelValue(names[4]!), names[4])
})

test('what carries the traffic beside us starts first, ends last, is the same user, and never sees the token', () => {
  const engine = { name: 'envoy', image: 'envoy:1', args: ['-c', 'x'], files: ['envoy.json'] }
  const parameters = { pod: { image: 'headgate:2', resources: { limits: { cpu: '4' } } } }
  const { spec } = templateOf({ parameters, container: { ...plan().container, engine } })
  const [beside] = spec.initContainers as readonly Readonly<Record<string, unknown>>[]
  assert.equal(beside?.restartPolicy, 'Always')
  assert.equal(beside.image, 'envoy:1')
  assert.deepEqual(beside.resources, { limits: { cpu: '4' } })
  assert.equal(spec.containers[0]?.image, 'headgate:2')
  assert.notDeepEqual(spec.containers[0].resources, beside.resources)
  assert.deepEqual(beside.securityContext, spec.containers[0].securityContext)
  const mounts = (beside.volumeMounts as readonly { readonly name: string }[]).map(({ name }) => name)
  assert.deepEqual(mounts, ['engine', 'shared'])
  const volume = (spec.volumes as readonly { readonly name: string }[]).find(({ name }) => name === 'engine')
  const items = [{ key: 'envoy.json', path: 'envoy.json' }]
  assert.deepEqual(volume, { name: 'engine', configMap: { name: 'web-headgate', items } })
  assert.equal(templateOf().spec.initContainers, undefined)
})
