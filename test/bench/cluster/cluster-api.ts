import { type KubeClient, KubeError, type RawObject } from '#kube'
import type { Manifest } from './objects.ts'

const plurals: Readonly<Record<string, string>> = {
  GatewayClass: 'gatewayclasses',
  Gateway: 'gateways',
  ListenerSet: 'listenersets',
  HTTPRoute: 'httproutes',
  Service: 'services',
  EndpointSlice: 'endpointslices',
  Namespace: 'namespaces',
  Secret: 'secrets',
  Deployment: 'deployments',
  GatewayParameters: 'gatewayparameters',
  BackendTrafficPolicy: 'backendtrafficpolicies',
}

/** Objects in and out of the API server, many at a time. */
export class ClusterApi {
  readonly #client: KubeClient

  constructor(client: KubeClient) {
    this.#client = client
  }

  pathOf({ apiVersion, kind, metadata: { namespace, name } }: Manifest): string {
    return `${collectionOf(apiVersion, kind, namespace)}/${name}`
  }

  async create(object: Manifest): Promise<void> {
    const path = collectionOf(object.apiVersion, object.kind, object.metadata.namespace)
    await this.#client.request({ method: 'POST', path, body: object }).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 409)) throw error
    })
  }

  /** Replaces the spec, or all but metadata of kinds without. */
  async change(object: Manifest): Promise<void> {
    const { apiVersion: _, kind: __, metadata: ___, ...body } = object
    await this.#client.request({
      method: 'PATCH',
      path: this.pathOf(object),
      contentType: 'application/merge-patch+json',
      body,
    })
  }

  async get(object: Manifest): Promise<RawObject> {
    return this.#client.request<RawObject>({ path: this.pathOf(object) })
  }

  async delete(object: Manifest): Promise<void> {
    await this.#client.request({ method: 'DELETE', path: this.pathOf(object) })
  }

  /** All of them, sixteen at a time. */
  async each(objects: readonly Manifest[], act: (object: Manifest) => Promise<void>): Promise<void> {
    const waiting = objects.values()
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const object of waiting) await act(object)
      }),
    )
  }

  /** Counts changes of a collection, by object, until stopped. */
  async countWrites(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
  ): Promise<{ stop(): ReadonlyMap<string, number> }> {
    const path = collectionOf(apiVersion, kind, namespace)
    const list = await this.#client.request<RawObject>({ path: `${path}?limit=1` })
    const stop = new AbortController()
    const counts = new Map<string, number>()
    const query = `watch=1&resourceVersion=${list.metadata.resourceVersion}`
    void this.#client
      .watch({ path: `${path}?${query}`, signal: stop.signal }, (event) => {
        const { type, object } = event as { readonly type: string; readonly object: RawObject }
        if (type === 'MODIFIED') counts.set(object.metadata.name, (counts.get(object.metadata.name) ?? 0) + 1)
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) throw error
      })
    return {
      stop() {
        stop.abort()
        return counts
      },
    }
  }
}

function collectionOf(apiVersion: string, kind: string, namespace: string | undefined): string {
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}${scope}/${plurals[kind]}`
}
