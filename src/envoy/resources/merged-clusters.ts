import { type Backend, type BackendKey, compareText, type EndpointSet, type Route, type WeightedBackend } from '#ir'
import type { Message } from '../message.ts'
import { buildUpstream } from './clusters.ts'
import { buildLocalities } from './endpoints.ts'
import { mergedClusterName } from './names.ts'
import { ads } from './secrets.ts'

/**
 * Clusters that hold the endpoints of several backends, shares by weight: where one endpoint of all of them is to be found
 * again (sessions), and where Envoy knows no weights between clusters (UDP).
 */
export class MergedClusters {
  readonly #backend: (key: BackendKey) => Backend | undefined
  readonly #endpoints: (key: BackendKey) => EndpointSet | undefined
  readonly #clusters = new Map<string, { cluster: Message; endpoints: Message }>()

  constructor(
    backend: (key: BackendKey) => Backend | undefined,
    endpoints: (key: BackendKey) => EndpointSet | undefined,
  ) {
    this.#backend = backend
    this.#endpoints = endpoints
  }

  /** @returns the cluster's name; undefined: fewer than two backends, or they can't be one */
  add(route: Pick<Route, 'origin' | 'rule'>, to: readonly WeightedBackend[]): string | undefined {
    const shares = to.flatMap((one) => {
      const backend = one.kind === 'backend' ? this.#backend(one.backend) : undefined
      return backend ? [{ backend, weight: one.weight }] : []
    })
    const [first] = shares
    if (!first || shares.length < 2 || shares.some(({ backend }) => !alike(backend, first.backend))) return undefined
    const name = mergedClusterName(route)
    const localities = shares.flatMap(({ backend, weight }) => {
      const endpoints = this.#endpoints(backend.key)?.endpoints ?? []
      const lb_endpoints = buildLocalities(endpoints, backend).flatMap((locality) => locality.lb_endpoints as Message[])
      // Without a weight a locality gets nothing new, and its sessions go on.
      return { locality: { sub_zone: backend.key }, lb_endpoints, ...(weight > 0 && { load_balancing_weight: weight }) }
    })
    const upstream = buildUpstream(first.backend)
    this.#clusters.set(name, {
      cluster: {
        name,
        type: 'EDS',
        eds_cluster_config: { eds_config: ads },
        ...upstream,
        common_lb_config: { locality_weighted_lb_config: {} },
      },
      endpoints: { cluster_name: name, endpoints: localities },
    })
    return name
  }

  get clusters(): Message[] {
    return this.#sorted().map(({ cluster }) => cluster)
  }

  get endpoints(): Message[] {
    return this.#sorted().map(({ endpoints }) => endpoints)
  }

  #sorted(): { cluster: Message; endpoints: Message }[] {
    return [...this.#clusters].sort(([a], [b]) => compareText(a, b)).map(([, value]) => value)
  }
}

/** Whether the endpoints of both can be spoken to alike. */
function alike(a: Backend, b: Backend): boolean {
  return a.protocol === b.protocol && a.tls === undefined && b.tls === undefined
}
