import type { ParametersPod } from '#api'
import type { EnginePlan, InfrastructurePlan } from './infrastructure-plan.ts'
import { ownedMetadata, ownLabels, selectorLabels } from './owned-metadata.ts'

/** Where the container finds what it needs to fetch its configuration: the token, and the files of its plan. */
export const feedFolder = '/var/run/headgate/feed'
/** Its own copy of the configuration: lives as long as the pod, so that a container that starts again serves at once. */
export const stateFolder = '/var/lib/headgate'
/** Never on a disk. */
export const keyFolder = '/var/run/headgate/key'
/** Files for the container beside ours. Not the token: that is ours. */
export const engineFolder = '/etc/headgate/engine'
/** For sockets between both containers. */
export const sharedFolder = '/var/run/headgate/shared'
/** Whom the token is for: nothing else takes it. */
export const feedAudience = 'headgate-feed'

const tokenSeconds = 3_600
const defaultResources = { requests: { cpu: '100m', memory: '128Mi' } }
/** Of ours beside an engine: it works when the configuration changes. */
const companionResources = { requests: { cpu: '20m', memory: '96Mi' } }
/** Both containers are the same user, who alone may use the sockets between them; our image's own is the same. */
const user = 65_532

/** The template of a Deployment's pods. */
export function proxyPod(plan: InfrastructurePlan): object {
  const { parameters, labels, annotations, container } = plan
  const { pod = {}, hostNetwork = false } = parameters
  return {
    metadata: {
      labels: { ...pod.labels, ...labels, ...ownLabels(plan) },
      annotations: { ...pod.annotations, ...annotations },
    },
    spec: {
      serviceAccountName: ownedMetadata(plan).name,
      // The one token that the pod needs is for the feed; the API server has nothing to say to it.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: container.graceSeconds,
      ...(hostNetwork && { hostNetwork, dnsPolicy: 'ClusterFirstWithHostNet' }),
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selectorLabels(plan) },
        // Those of the last rollout are about to go: they don't count.
        matchLabelKeys: ['pod-template-hash'],
      })),
      ...placement(pod),
      // A sidecar: it starts first and is told to end last.
      ...(container.engine && { initContainers: [engineContainer(plan, container.engine)] }),
      containers: [proxyContainer(plan)],
      volumes: volumes(plan),
    },
  }
}

function placement(pod: ParametersPod): object {
  const { nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets } = pod
  return {
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(affinity && { affinity }),
    ...(priorityClassName !== undefined && { priorityClassName }),
    ...(imagePullSecrets && { imagePullSecrets }),
  }
}

function proxyContainer({ container, parameters: { pod = {} } }: InfrastructurePlan): object {
  return {
    name: 'proxy',
    image: pod.image ?? container.image,
    ...(pod.imagePullPolicy && { imagePullPolicy: pod.imagePullPolicy }),
    args: container.args,
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      // Kubernetes puts it there when it binds the pod to a node (1.35); empty before.
      { name: 'ZONE', valueFrom: { fieldRef: { fieldPath: "metadata.labels['topology.kubernetes.io/zone']" } } },
    ],
    // Not the listeners' ports: nobody needs them here, and a new one would start all pods anew.
    ports: [{ name: 'admin', containerPort: container.adminPort, protocol: 'TCP' }],
    readinessProbe: {
      httpGet: { path: '/readyz', port: 'admin' },
      periodSeconds: 2,
      // A process that ends is not ready at once, whatever is said here. This is for one that is slow, as all of a busy node
      // are: taken out of their Service together they would leave nobody who answers.
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    livenessProbe: {
      httpGet: { path: '/livez', port: 'admin' },
      periodSeconds: 10,
      failureThreshold: 6,
      timeoutSeconds: 5,
    },
    resources: container.engine ? companionResources : (pod.resources ?? defaultResources),
    securityContext: { ...confined, ...(container.engine && { runAsUser: user, runAsGroup: user }) },
    volumeMounts: [
      { name: 'feed', mountPath: feedFolder, readOnly: true },
      { name: 'state', mountPath: stateFolder },
      { name: 'key', mountPath: keyFolder },
      ...(container.engine ? [{ name: 'shared', mountPath: sharedFolder }] : []),
    ],
  }
}

const confined = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

function engineContainer(plan: InfrastructurePlan, { name, image, args }: EnginePlan): object {
  const { pod = {} } = plan.parameters
  return {
    name,
    image,
    ...(pod.imagePullPolicy && { imagePullPolicy: pod.imagePullPolicy }),
    args,
    restartPolicy: 'Always',
    resources: pod.resources ?? defaultResources,
    securityContext: { ...confined, runAsUser: user, runAsGroup: user },
    volumeMounts: [
      { name: 'engine', mountPath: engineFolder, readOnly: true },
      { name: 'shared', mountPath: sharedFolder },
    ],
  }
}

function volumes(plan: InfrastructurePlan): readonly object[] {
  const { name } = ownedMetadata(plan)
  const { engine } = plan.container
  const serviceAccountToken = { path: 'token', audience: feedAudience, expirationSeconds: tokenSeconds }
  return [
    {
      name: 'feed',
      projected: { sources: [{ serviceAccountToken }, { configMap: { name } }] },
    },
    { name: 'state', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'key', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    ...(engine
      ? [
          { name: 'engine', configMap: { name, items: engine.files.map((key) => ({ key, path: key })) } },
          { name: 'shared', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
        ]
      : []),
  ]
}
