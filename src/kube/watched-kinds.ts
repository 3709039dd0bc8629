import { isKnownKind } from '#api'
import { type KubeClient, KubeError } from './kube-client.ts'
import { groupPath, type ObjectForm, type Resource } from './resource.ts'

/** Definitions of kinds; we read their metadata. */
export const crds: Resource = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
  status: false,
}

/** Schemas of CRDs are megabytes that nobody here reads; Secrets of others are none of our business. */
export const metadataOnly: ObjectForm = {
  list: partial('PartialObjectMetadataList'),
  watch: partial('PartialObjectMetadata'),
}

function partial(kind: string): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1`
}

/** An annotation of Gateway API's CRDs: the release that they are of. */
export const bundleVersion = 'gateway.networking.k8s.io/bundle-version'

/** Kinds of the API server itself: always served. */
export const builtIn: readonly Resource[] = [
  { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true, status: false },
  { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false, status: false },
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, status: false },
  { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true, status: false },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    namespaced: true,
    status: false,
  },
]

/** Groups of CRDs, any of which may be absent, come and go. */
export const optional: Readonly<Record<string, readonly string[]>> = {
  'gateway.networking.k8s.io': [
    'GatewayClass',
    'Gateway',
    'ListenerSet',
    'HTTPRoute',
    'GRPCRoute',
    'TLSRoute',
    'TCPRoute',
    'UDPRoute',
    'BackendTLSPolicy',
    'ReferenceGrant',
  ],
  'gateway.networking.x-k8s.io': ['XBackend', 'XBackendTrafficPolicy'],
  'multicluster.x-k8s.io': ['ServiceImport'],
  'gateway.envoyproxy.io': [
    'Backend',
    'BackendTrafficPolicy',
    'ClientTrafficPolicy',
    'SecurityPolicy',
    'EnvoyExtensionPolicy',
    'EnvoyPatchPolicy',
    'HTTPRouteFilter',
  ],
  'gateway.headgate.dev': ['GatewayParameters'],
}

/** Statuses of kinds of other projects are not ours to write. */
export const foreign: ReadonlySet<string> = new Set(['ServiceImport', 'Backend', 'HTTPRouteFilter'])

/** Whether a CRD of this name (`plural.group`) may change what we watch. */
export function isWatchedGroup(crdName: string): boolean {
  return Object.hasOwn(optional, crdName.slice(crdName.indexOf('.') + 1))
}

/** Only Gateway API's own CRDs say which release they are of. */
export function isGatewayApiCrd(crdName: string): boolean {
  return /\.gateway\.networking\.(x-)?k8s\.io$/.test(crdName)
}

interface ServedGroup {
  readonly versions: readonly { readonly groupVersion: string }[]
}

interface ServedVersion {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]
}

/** The kinds we read, each in the first version of the cluster's order that we know. Throws when the cluster can't be asked. */
export async function discoverKinds(client: KubeClient): Promise<readonly Resource[]> {
  const groups = await Promise.all(
    Object.entries(optional).map(async ([group, kinds]) => {
      const served = await askFor<ServedGroup>(client, `/apis/${group}`)
      const apiVersions = (served?.versions ?? []).map(({ groupVersion }) => groupVersion)
      const versions = await Promise.all(
        apiVersions.map(async (apiVersion) => ({
          apiVersion,
          resources: (await askFor<ServedVersion>(client, groupPath(apiVersion)))?.resources ?? [],
        })),
      )
      return kinds.flatMap((kind) => {
        for (const { apiVersion, resources } of versions) {
          const found = resources.find((one) => one.kind === kind && !one.name.includes('/'))
          if (!found || !isKnownKind(apiVersion, kind)) continue
          const status = !foreign.has(kind) && resources.some(({ name }) => name === `${found.name}/status`)
          return [{ apiVersion, kind, plural: found.name, namespaced: found.namespaced, status }]
        }
        return []
      })
    }),
  )
  return [...builtIn, ...groups.flat()]
}

async function askFor<T>(client: KubeClient, path: string): Promise<T | undefined> {
  try {
    return await client.request<T>({ path })
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined
    throw error
  }
}
