import type { ParametersPod } from '#api'
import type { InfrastructurePlan } from './infrastructure-plan.ts'
import { ownedMetadata, ownLabels, selectorLabels } from './owned-metadata.ts'

/** Where the container finds what it needs to fetch its configuration: the token, and the files of its plan. */
export const feedFolder = '/var/run/headgate/feed'
/** Its own copy of the configuration: lives as long as the pod, so that a container that starts again serves at once. */
export const stateFolder = '/var/lib/headgate'
/** Never on a disk. */
export const keyFolder = '/var/run/headgate/key'
/** Whom the token is for: nothing else takes it. */
export const feedAudience = 'headgate-feed'

const tokenSeconds = 3_600
const defaultResources = { requests: { cpu: '100m', memory: '128Mi' } }

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
    readinessProbe: { httpGet: { path: '/readyz', port: 'admin' }, periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: {
      httpGet: { path: '/livez', port: 'admin' },
      periodSeconds: 10,
      failureThreshold: 6,
      timeoutSeconds: 5,
    },
    resources: pod.resources ?? defaultResources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'feed', mountPath: feedFolder, readOnly: true },
      { name: 'state', mountPath: stateFolder },
      { name: 'key', mountPath: keyFolder },
    ],
  }
}

function volumes(plan: InfrastructurePlan): readonly object[] {
  const serviceAccountToken = { path: 'token', audience: feedAudience, expirationSeconds: tokenSeconds }
  return [
    {
      name: 'feed',
      projected: { sources: [{ serviceAccountToken }, { configMap: { name: ownedMetadata(plan).name } }] },
    },
    { name: 'state', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'key', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  ]
}
