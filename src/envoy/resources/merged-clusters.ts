import type { Backend, BackendKey, EndpointSet, WeightedBackend } from '#ir'
import type { Message } from '../message.ts'
import { buildUpstream } from './clusters.ts'
import { buildLocalities } from './endpoints.ts'
import { clusterStatName } from './names.ts'
import { ads } from './secrets.ts'
import { namesByDns } from './upstream-connections.ts'

// A cluster with the endpoints of several backends, shares by weight: where one endpoint of all of them is to be found again
// (sessions), and where Envoy knows no weights between clusters (UDP).

/** Whether there are several, and their endpoints can be spoken to alike. */
export function canMerge(to: readonly WeightedBackend[], backend: (key: BackendKey) => Backend | undefined): boolean {
  const [first, ...more] = backendsOf(to, backend)
  return first !== undefined && more.length > 0 && more.every((other) => alike(first.backend, other.backend))
}

export interface MergedCluster {
  readonly cluster: Message
  /** Left out: they stand in the cluster, as Envoy resolves their names. */
  readonly endpoints?: Message
}

/** @param name of the cluster and its endpoints */
export function mergeClusters(
  name: string,
  to: readonly WeightedBackend[],
  backend: (key: BackendKey) => Backend | undefined,
  endpoints: (key: BackendKey) => EndpointSet | undefined,
  keepsCase: boolean,
): MergedCluster | undefined {
  const shares = backendsOf(to, backend)
  const [first] = shares
  if (!first) return undefined
  // The weights are shares between the backends, so that no balancer of one of them can be obeyed.
  const { balance: _, ...plain } = first.backend
  const setOf = (key: BackendKey) => endpoints(key)?.endpoints ?? []
  const hasNames = shares.some(({ backend: { key } }) => setOf(key).some(({ kind }) => kind === 'dns'))
  const assignment = {
    cluster_name: name,
    endpoints: shares.map(({ backend, weight }) => ({
      locality: { sub_zone: backend.key },
      lb_endpoints: buildLocalities(
        // As in a backend's own cluster: names and sockets of the file system don't go together.
        setOf(backend.key).filter(({ kind }) => !hasNames || kind !== 'unix'),
        backend,
      ).flatMap(({ lb_endpoints }) => lb_endpoints as Message[]),
      // Without a weight a locality gets nothing new, and its sessions go on.
      ...(weight > 0 && { load_balancing_weight: weight }),
    })),
  }
  return {
    cluster: {
      name,
      ...clusterStatName(name),
      ...(hasNames
        ? { ...namesByDns(plain), load_assignment: assignment }
        : { type: 'EDS', eds_cluster_config: { eds_config: ads } }),
      ...buildUpstream(plain, keepsCase),
      common_lb_config: { locality_weighted_lb_config: {} },
    },
    ...(!hasNames && { endpoints: assignment }),
  }
}

function backendsOf(
  to: readonly WeightedBackend[],
  find: (key: BackendKey) => Backend | undefined,
): { readonly backend: Backend; readonly weight: number }[] {
  return to.flatMap((one) => {
    const backend = one.kind === 'backend' ? find(one.backend) : undefined
    return backend ? [{ backend, weight: one.weight }] : []
  })
}

function alike(a: Backend, b: Backend): boolean {
  return a.protocol === b.protocol && a.tls === undefined && b.tls === undefined
}
