import { controllerLogs } from './install.ts'
import { apply, askCluster, conditionOf, get, kubectl, until } from './kubectl.ts'

/** A namespace that enforces the restricted profile, with a backend that answers. */
export async function openShop(namespace: string): Promise<void> {
  await apply(`apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
  labels: { pod-security.kubernetes.io/enforce: restricted }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: backend, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: backend } }
  template:
    metadata: { labels: { app: backend } }
    spec:
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: echo
          image: echo-basic
          env:
            - { name: POD_NAME, value: backend }
            - { name: NAMESPACE, value: ${namespace} }
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
          ports: [{ containerPort: 3000 }]
---
apiVersion: v1
kind: Service
metadata: { name: backend, namespace: ${namespace} }
spec:
  selector: { app: backend }
  ports: [{ port: 80, targetPort: 3000 }]
`)
  await until('the backend', async () => {
    const { code } = await askCluster([
      'kubectl',
      'rollout',
      'status',
      '-n',
      namespace,
      'deployment/backend',
      '--timeout=2s',
    ])
    return code === 0
  })
}

/** A Gateway of ours, and a route to the shop's backend. @param listeners as YAML in flow style */
export function gatewayYaml(namespace: string, name: string, listeners: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  gatewayClassName: headgate
  listeners: ${listeners}
`
}

export function routeYaml(namespace: string, name: string, parents: string, hostnames: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  parentRefs: ${parents}
  hostnames: ${hostnames}
  rules: [{ backendRefs: [{ name: backend, port: 80 }] }]
`
}

/** The address of a Gateway, once it is programmed in its present generation. */
export function awaitProgrammed(namespace: string, name: string): Promise<string> {
  return until(
    `Gateway ${namespace}/${name}`,
    async () => {
      const { metadata, status } = await get(`gateway/${name}`, namespace)
      const programmed = conditionOf(status, 'Programmed')
      if (programmed?.status !== 'True' || programmed.observedGeneration !== metadata.generation) return undefined
      return status.addresses?.[0]?.value as string | undefined
    },
    async () => `${await kubectl(['get', 'gateway', name, '-n', namespace, '-o', 'yaml'])}\n${await controllerLogs()}`,
  )
}
