import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import type { RawObject } from './resource.ts'

interface Stored extends RawObject {
  readonly apiVersion: string
  readonly kind: string
}

interface TokenReview {
  readonly spec: { readonly token: string; readonly audiences: readonly string[] }
}

interface Watch {
  readonly path: string
  readonly response: ServerResponse
  readonly metadataOnly: boolean
  readonly labelSelector: string | null
}

interface Event {
  readonly path: string
  readonly version: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: Stored
}

/** CRDs that the fake serves when asked to: `apiVersion` -> kind -> plural. */
const served: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gateway.networking.k8s.io/v1': { GatewayClass: 'gatewayclasses', Gateway: 'gateways', HTTPRoute: 'httproutes' },
}
const clusterScoped = ['GatewayClass', 'Namespace', 'CustomResourceDefinition']

const plurals: Readonly<Record<string, string>> = {
  ...served['gateway.networking.k8s.io/v1'],
  Service: 'services',
  Namespace: 'namespaces',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  EndpointSlice: 'endpointslices',
  CustomResourceDefinition: 'customresourcedefinitions',
  ServiceAccount: 'serviceaccounts',
  Lease: 'leases',
  Deployment: 'deployments',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  PodDisruptionBudget: 'poddisruptionbudgets',
  NetworkPolicy: 'networkpolicies',
  Node: 'nodes',
}

/** As much of an API server as list, watch and status writes need, with the misfortunes that real ones have. */
export class FakeApiServer {
  readonly #server: Server
  readonly #objects = new Map<string, Stored>()
  readonly #events: Event[] = []
  readonly #watches = new Set<Watch>()
  readonly #listed = new Set<string>()
  readonly #unanswered = new Set<ServerResponse>()
  #version = 100
  /** Watches from before this version get 410. */
  forgottenBefore = 0
  hasCrds = true
  /** Connections end without an answer, or stay without one. */
  isAway: false | 'gone' | 'silent' = false
  /** Paths that are answered with this status, whoever asks. */
  readonly refused = new Map<string, number>()
  /** Objects in a page of a list. */
  pageSize = 2
  /** Bytes of all answers but those of watches. */
  sentBytes = 0
  /** Paths whose reads wait for this. */
  readonly held = new Map<string, Promise<void>>()
  /** Called before a write is looked at. */
  beforeWrite: (path: string) => void = () => {}
  /** Called when an object was applied, before that is answered. */
  beforeAnswer: () => Promise<void> = async () => {}
  /** Called with `METHOD path` before a request is looked at; for lists, where the page begins. A status here is the answer. */
  onRequest: (request: string, from?: number) => number | undefined = () => undefined
  /** Statuses that were written, in their order. */
  readonly statusWrites: Stored[] = []
  /** `METHOD path` of all requests but watches. */
  readonly requests: string[] = []
  readonly watched: string[] = []
  /** Whose each token is: `namespace:name` of a ServiceAccount. */
  readonly tokens = new Map<string, string>()

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error))
    })
  }

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer()
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  put(object: Stored): Stored {
    const path = pathOf(object)
    const before = this.#objects.get(path)
    const stored = {
      ...object,
      metadata: { uid: `uid-${path}`, ...object.metadata, resourceVersion: `${++this.#version}` },
    }
    this.#objects.set(path, stored)
    this.#tell({
      path: collectionOf(object),
      version: this.#version,
      type: before ? 'MODIFIED' : 'ADDED',
      object: stored,
    })
    return stored
  }

  delete(object: Stored): void {
    const before = this.#objects.get(pathOf(object))!
    this.#objects.delete(pathOf(object))
    const version = ++this.#version
    const gone = { ...before, metadata: { ...before.metadata, resourceVersion: `${version}` } }
    this.#tell({ path: collectionOf(object), version, type: 'DELETED', object: gone })
  }

  get(object: Stored): Stored | undefined {
    return this.#objects.get(pathOf(object))
  }

  /** A change that nobody is told: it happens while the watch is away. */
  silently(change: () => void): void {
    this.cutWatches()
    change()
  }

  cutWatches(): void {
    for (const { response } of this.#watches) response.destroy()
    this.#watches.clear()
    for (const response of this.#unanswered) response.destroy()
    this.#unanswered.clear()
  }

  bookmark(): void {
    this.#version++
    for (const { response } of this.#watches)
      send(response, { type: 'BOOKMARK', object: { metadata: { resourceVersion: `${this.#version}` } } })
  }

  /** Everything up to now can only be listed. */
  forget(): void {
    this.forgottenBefore = this.#version
    this.#events.length = 0
  }

  /** All that has been listed is being watched. */
  get isFollowed(): boolean {
    const watched = new Set([...this.#watches].map(({ path }) => path))
    return this.#listed.size > 0 && [...this.#listed].every((path) => watched.has(path))
  }

  #tell(event: Event): void {
    this.#events.push(event)
    for (const { path, response, metadataOnly, labelSelector } of this.#watches)
      if (path === event.path && isSelected(event.object, labelSelector))
        send(response, metadataOnly ? { ...event, object: metadataOf(event.object) } : event)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isAway === 'gone') response.destroy()
    if (this.isAway === 'silent') this.#unanswered.add(response)
    if (this.isAway) return
    const url = new URL(request.url!, 'http://fake')
    const path = url.pathname
    const { accept = '' } = request.headers
    const isWatch = url.searchParams.has('watch')
    // Each has a form of its own; a real one takes both for either, and then cuts watches off.
    const metadataOnly = accept.includes('as=PartialObjectMetadata')
    if (metadataOnly && accept.includes('MetadataList') === isWatch) return fail(response, 406, 'NotAcceptable')
    if (url.searchParams.has('watch') && !this.hasCrds && path.includes('networking'))
      return fail(response, 404, 'NotFound')
    if (url.searchParams.has('watch')) return this.#watch(url, response, metadataOnly)
    this.requests.push(`${request.method} ${path}`)
    if (request.method !== 'GET' && this.refused.has(`${request.method} ${path}`))
      return fail(response, this.refused.get(`${request.method} ${path}`)!, 'Forbidden')
    if (request.method === 'DELETE') return this.#remove(path, (await json(request)) as Deletion, response)
    const answered = this.onRequest(`${request.method} ${path}`, Number(url.searchParams.get('continue') ?? '0'))
    if (response.destroyed) return
    if (answered) return fail(response, answered, answered === 410 ? 'Expired' : 'InternalError')
    if (path.endsWith('/tokenreviews')) return this.#review((await json(request)) as TokenReview, response)
    if (request.method === 'PATCH') {
      return this.#patch(path, (await json(request)) as Stored, response)
    }
    if (request.method === 'POST' || request.method === 'PUT') {
      return this.#write(request.method, (await json(request)) as Stored, response)
    }
    const group = /^\/apis\/([a-z0-9.-]+)$/.exec(path)?.[1]
    const apiVersion = /^\/apis\/([a-z0-9.-]+\/v\w+)$/.exec(path)?.[1]
    if (group || apiVersion) {
      const versions = this.hasCrds ? Object.keys(served).filter((one) => one.startsWith(`${group ?? apiVersion}`)) : []
      if (versions.length === 0) return fail(response, 404, 'NotFound')
      if (group) return answer(response, { versions: versions.map((groupVersion) => ({ groupVersion })) })
      const resources = Object.entries(served[apiVersion!] ?? {}).flatMap(([kind, name]) => [
        { kind, name, namespaced: !clusterScoped.includes(kind) },
        { kind, name: `${name}/status`, namespaced: true },
      ])
      return answer(response, { resources })
    }
    await this.held.get(path)
    const refused = this.refused.get(path)
    if (refused) return fail(response, refused, refused === 403 ? 'Forbidden' : 'InternalError')
    const one = this.#objects.get(path)
    if (one) return this.#send(response, one)
    const isCollection = Object.values(plurals).some((plural) => path.endsWith(`/${plural}`))
    if (!isCollection || (!this.hasCrds && path.includes('networking'))) return fail(response, 404, 'NotFound')
    const all = [...this.#objects.values()].filter(
      (object) => collectionOf(object) === path && isSelected(object, url.searchParams.get('labelSelector')),
    )
    const from = Number(url.searchParams.get('continue') ?? '0')
    const end = from + this.pageSize
    const items = all
      .slice(from, end)
      .map(({ apiVersion: _, kind: __, ...rest }) => (metadataOnly ? metadataOf(rest) : rest))
    const next = end < all.length ? String(end) : ''
    this.#listed.add(path)
    this.#send(response, { metadata: { resourceVersion: `${this.#version}`, continue: next }, items })
  }

  #send(response: ServerResponse, body: object): void {
    const text = JSON.stringify(body)
    this.sentBytes += text.length
    response.setHeader('content-type', 'application/json').end(text)
  }

  #review({ spec }: TokenReview, response: ServerResponse): void {
    const owner = this.tokens.get(spec.token)
    const user = { username: `system:serviceaccount:${owner}` }
    answer(response, { status: owner ? { authenticated: true, audiences: spec.audiences, user } : {} })
  }

  #watch({ pathname: path, searchParams }: URL, response: ServerResponse, metadataOnly: boolean): void {
    const from = Number(searchParams.get('resourceVersion'))
    const labelSelector = searchParams.get('labelSelector')
    this.watched.push(`${path} ${from}`)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    if (from < this.forgottenBefore) {
      send(response, { type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old', metadata: {} } })
      response.end()
      return
    }
    for (const event of this.#events)
      if (event.path === path && event.version > from && isSelected(event.object, labelSelector))
        send(response, metadataOnly ? { ...event, object: metadataOf(event.object) } : event)
    const watch = { path, response, metadataOnly, labelSelector }
    this.#watches.add(watch)
    response.on('close', () => this.#watches.delete(watch))
  }

  #write(method: string, object: Stored, response: ServerResponse): void {
    const before = this.#objects.get(pathOf(object))
    if (before && (method === 'POST' || before.metadata.resourceVersion !== object.metadata.resourceVersion))
      return fail(response, 409, 'Conflict')
    answer(response, this.put(object))
  }

  #remove(path: string, { preconditions }: Deletion, response: ServerResponse): void {
    const object = this.#objects.get(path)
    if (!object) return fail(response, 404, 'NotFound')
    if (preconditions?.uid !== undefined && preconditions.uid !== object.metadata.uid)
      return fail(response, 409, 'Conflict')
    this.delete(object)
    answer(response, object)
  }

  /** Server-side apply as far as we rely on it: nobody else's fields go, and what changes nothing is no change. */
  #apply(patch: Stored, before: Stored | undefined): Stored {
    const after = {
      ...before,
      ...patch,
      metadata: {
        ...before?.metadata,
        ...patch.metadata,
        labels: { ...before?.metadata.labels, ...patch.metadata.labels },
        annotations: { ...before?.metadata.annotations, ...patch.metadata.annotations },
      },
    }
    return before && isDeepStrictEqual(before, after) ? before : this.put(after)
  }

  #patch(path: string, patch: Stored, response: ServerResponse): void {
    this.beforeWrite(path)
    const object = this.#objects.get(path.replace(/\/status$/, ''))
    if (!path.endsWith('/status')) {
      const applied = this.#apply(patch, object)
      void this.beforeAnswer().then(() => answer(response, applied))
      return
    }
    if (!object) return fail(response, 404, 'NotFound')
    const { resourceVersion, uid } = patch.metadata
    if (resourceVersion !== object.metadata.resourceVersion || uid !== object.metadata.uid)
      return fail(response, 409, 'Conflict')
    const written = this.put({ ...object, status: { ...(object.status as object), ...(patch.status as object) } })
    this.statusWrites.push(written)
    answer(response, written)
  }
}

interface Deletion {
  readonly preconditions?: { readonly uid?: string }
}

/** Of selectors we use the plainest: `key=value`. */
function isSelected({ metadata }: Stored, selector: string | null): boolean {
  const [key = '', value] = selector?.split('=') ?? []
  return selector === null || metadata.labels?.[key] === value
}

function collectionOf({ apiVersion, kind }: Stored): string {
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}/${plurals[kind]}`
}

function pathOf({ apiVersion, kind, metadata }: Stored): string {
  const scope = metadata.namespace ? `/namespaces/${metadata.namespace}` : ''
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}${scope}/${plurals[kind]}/${metadata.name}`
}

function metadataOf({ metadata }: RawObject): RawObject {
  return { kind: 'PartialObjectMetadata', metadata }
}

function send(response: ServerResponse, { type, object }: { readonly type: string; readonly object: object }): void {
  response.write(`${JSON.stringify({ type, object })}\n`)
}

function answer(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
}

function fail(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ kind: 'Status', reason, message: reason }))
}
