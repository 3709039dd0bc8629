import type { KubeObject, ObjectKey } from '#api'
import { findDataReferences, isDataKind } from './find-data-references.ts'
import { type KubeClient, KubeError } from './kube-client.ts'
import { readObject } from './read-object.ts'
import { collectionPath, groupPath, keyOf, objectPath, type RawObject, type Resource } from './resource.ts'
import { bundleVersion, crds, discoverKinds, isGatewayApiCrd, metadataOnly } from './watched-kinds.ts'

/** A cluster as it is now. */
export interface ClusterObjects {
  /** Of all kinds we read, with the statuses that they have. */
  readonly objects: ReadonlyMap<ObjectKey, KubeObject>
  /** See World; undefined: we may not see CRDs. */
  readonly crdVersions: readonly string[] | undefined
  /** What we have no right to, in the API server's words for resources: `secrets`, `gateways.gateway.networking.k8s.io`. */
  readonly forbidden: readonly Forbidden[]
}

export interface Forbidden {
  readonly verb: 'list' | 'get'
  readonly resource: string
  /** Undefined: in all of them. */
  readonly namespace: string | undefined
  /** The API server's own words. */
  readonly message: string
}

export interface ListOptions {
  /** Where to look when we have no right to look everywhere. */
  readonly namespace?: string | undefined
  /** Objects beside the cluster's whose Secrets and ConfigMaps are wanted too. */
  readonly referrers?: readonly KubeObject[]
}

interface ListAnswer {
  readonly metadata: { readonly continue?: string }
  readonly items: readonly RawObject[] | null
}

const pageSize = 500
const mostRequests = 8

/**
 * Reads everything once: for a question, not for service. Of Secrets and ConfigMaps only those that something refers to. */
export async function listCluster(client: KubeClient, options: ListOptions = {}): Promise<ClusterObjects> {
  const reading = new Reading(client, options.namespace)
  const [resources, crdVersions] = await Promise.all([discoverKinds(client), reading.crdVersions()])
  await Promise.all(resources.filter(({ kind }) => !isDataKind(kind)).map((resource) => reading.list(resource)))
  await reading.getReferences(
    resources.filter(({ kind }) => isDataKind(kind)),
    options.referrers ?? [],
  )
  return { objects: reading.objects, crdVersions, forbidden: reading.forbidden }
}

class Reading {
  readonly objects = new Map<ObjectKey, KubeObject>()
  readonly forbidden: Forbidden[] = []
  readonly #client: KubeClient
  readonly #namespace: string | undefined

  constructor(client: KubeClient, namespace: string | undefined) {
    this.#client = client
    this.#namespace = namespace
  }

  async crdVersions(): Promise<readonly string[] | undefined> {
    const all = await this.#pages(collectionPath(crds), metadataOnly.list).catch(unlessForbidden)
    return all
      ?.filter(({ metadata }) => isGatewayApiCrd(metadata.name))
      .map(({ metadata }) => metadata.annotations?.[bundleVersion] ?? '')
      .sort()
  }

  async list(resource: Resource): Promise<void> {
    const { apiVersion, plural, namespaced } = resource
    const namespace = namespaced ? this.#namespace : undefined
    const inside = `${groupPath(apiVersion)}/namespaces/${encodeURIComponent(namespace ?? '')}/${plural}`
    const objects =
      (await this.#pages(collectionPath(resource)).catch((error: unknown) =>
        namespace === undefined ? this.#note(resource, error) : unlessForbidden(error),
      )) ??
      (namespace !== undefined
        ? await this.#pages(inside).catch((error: unknown) => this.#note(resource, error, namespace))
        : undefined)
    for (const object of objects ?? []) this.#keep(resource, object)
  }

  async getReferences(resources: readonly Resource[], referrers: readonly KubeObject[]): Promise<void> {
    const wanted = new Set([...this.objects.values(), ...referrers].flatMap(findDataReferences))
    const left = [...wanted].sort()
    const worker = async () => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) {
        const [kind, namespace, name] = key.split('/') as [string, string, string]
        const resource = resources.find((one) => one.kind === kind)
        if (resource) await this.#get(resource, namespace, name)
      }
    }
    await Promise.all(Array.from({ length: mostRequests }, worker))
  }

  async #get(resource: Resource, namespace: string, name: string): Promise<void> {
    try {
      const path = objectPath(resource, { namespace, name })
      this.#keep(resource, await this.#client.request<RawObject>({ path }))
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return
      if (!(error instanceof KubeError && error.status === 403)) throw error
      const { plural } = resource
      if (this.forbidden.some((one) => one.resource === plural && one.namespace === namespace)) return
      this.forbidden.push({ verb: 'get', resource: plural, namespace, message: error.message })
    }
  }

  #keep(resource: Resource, raw: RawObject): void {
    const object = readObject(resource, raw)
    const { status } = raw
    this.objects.set(keyOf(resource, raw.metadata), status === undefined ? object : { ...object, status })
  }

  /** A kind that we have no right to is left out, and said so. */
  #note({ apiVersion, plural }: Resource, error: unknown, namespace?: string): undefined {
    const forbidden = unlessForbidden(error)
    const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : ''
    const resource = `${plural}${group}`
    const { message } = error as KubeError
    this.forbidden.push({ verb: 'list', resource, namespace, message })
    return forbidden
  }

  async #pages(path: string, accept?: string): Promise<readonly RawObject[]> {
    const objects: RawObject[] = []
    let next = ''
    do {
      const query = new URLSearchParams({ limit: String(pageSize), ...(next !== '' && { continue: next }) })
      const request = { path: `${path}?${query}`, ...(accept !== undefined && { accept }) }
      const answer = await this.#client.request<ListAnswer>(request)
      objects.push(...(answer.items ?? []))
      next = answer.metadata.continue ?? ''
    } while (next !== '')
    return objects
  }
}

function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof KubeError && error.status === 403)) throw error
}
