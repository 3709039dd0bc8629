import type {
  Backend,
  BackendTLSPolicy,
  ConfigMap,
  EndpointSlice,
  Gateway,
  GatewayClass,
  GatewayParameters,
  GRPCRoute,
  HTTPRoute,
  KubeObject,
  ListenerSet,
  Namespace,
  ObjectChange,
  ObjectKey,
  ReferenceGrant,
  Secret,
  Service,
  ServiceImport,
  TCPRoute,
  TLSRoute,
  UDPRoute,
  XBackend,
  XBackendTrafficPolicy,
} from '#api'
import type { Topic } from './dependencies.ts'
import { type AttachedPolicy, isAttachedKind, type PolicyTarget, selectsTargets, targetsOf } from './policy-target.ts'
import { sameValue } from './same-value.ts'

/** The kinds that translation reads, by the name it knows them under. */
export interface Kinds {
  readonly GatewayClass: GatewayClass
  readonly Gateway: Gateway
  readonly GatewayParameters: GatewayParameters
  readonly ListenerSet: ListenerSet
  readonly HTTPRoute: HTTPRoute
  readonly GRPCRoute: GRPCRoute
  readonly TLSRoute: TLSRoute
  readonly TCPRoute: TCPRoute
  readonly UDPRoute: UDPRoute
  readonly ReferenceGrant: ReferenceGrant
  readonly Service: Service
  readonly ServiceImport: ServiceImport
  readonly EndpointSlice: EndpointSlice
  readonly Secret: Secret
  readonly ConfigMap: ConfigMap
  readonly Namespace: Namespace
  readonly XBackend: XBackend
  readonly BackendTLSPolicy: BackendTLSPolicy
  readonly XBackendTrafficPolicy: XBackendTrafficPolicy
  readonly Backend: Backend
  readonly BackendTrafficPolicy: AttachedPolicy
  readonly ClientTrafficPolicy: AttachedPolicy
  readonly SecurityPolicy: AttachedPolicy
  readonly EnvoyExtensionPolicy: AttachedPolicy
  readonly EnvoyPatchPolicy: AttachedPolicy
  readonly HTTPRouteFilter: KubeObject & {
    readonly kind: 'HTTPRouteFilter'
    readonly spec: Readonly<Record<string, unknown>>
  }
}

export type Kind = keyof Kinds

// The group decides as well: a Backend of another group is not Envoy Gateway's.
const groups: Readonly<Record<Kind, string>> = {
  GatewayClass: 'gateway.networking.k8s.io',
  Gateway: 'gateway.networking.k8s.io',
  GatewayParameters: 'gateway.headgate.dev',
  ListenerSet: 'gateway.networking.k8s.io',
  HTTPRoute: 'gateway.networking.k8s.io',
  GRPCRoute: 'gateway.networking.k8s.io',
  TLSRoute: 'gateway.networking.k8s.io',
  TCPRoute: 'gateway.networking.k8s.io',
  UDPRoute: 'gateway.networking.k8s.io',
  ReferenceGrant: 'gateway.networking.k8s.io',
  Service: '',
  ServiceImport: 'multicluster.x-k8s.io',
  EndpointSlice: 'discovery.k8s.io',
  Secret: '',
  ConfigMap: '',
  Namespace: '',
  XBackend: 'gateway.networking.x-k8s.io',
  BackendTLSPolicy: 'gateway.networking.k8s.io',
  XBackendTrafficPolicy: 'gateway.networking.x-k8s.io',
  Backend: 'gateway.envoyproxy.io',
  BackendTrafficPolicy: 'gateway.envoyproxy.io',
  ClientTrafficPolicy: 'gateway.envoyproxy.io',
  SecurityPolicy: 'gateway.envoyproxy.io',
  EnvoyExtensionPolicy: 'gateway.envoyproxy.io',
  EnvoyPatchPolicy: 'gateway.envoyproxy.io',
  HTTPRouteFilter: 'gateway.envoyproxy.io',
}

const clusterScoped: ReadonlySet<Kind> = new Set(['GatewayClass', 'Namespace'])

/** One object with the key its source knows it by. */
export interface Stored<K extends Kind = Kind> {
  readonly key: ObjectKey
  readonly object: Kinds[K]
}

/** The objects, with the indexes that translation asks; says which topics a batch of changes touches. */
export class Store {
  readonly #kinds = new Map<ObjectKey, Kind>()
  readonly #names = new Map<ObjectKey, string>()
  readonly #objects = new Map<Kind, Map<string, Stored>>()
  readonly #grants = new Map<string, Map<ObjectKey, ReferenceGrant>>()
  readonly #slices = new Map<Topic, Map<ObjectKey, EndpointSlice>>()
  readonly #policies = new Map<Topic, Map<ObjectKey, Stored<PolicyKind>>>()

  /** @returns the topics that the changes touch; empty when they say nothing new. */
  apply(changes: readonly ObjectChange[]): Set<Topic> {
    const touched = new Set<Topic>()
    for (const change of changes) {
      if (change.kind === 'put') this.#put(change.key, change.object, touched)
      else this.#delete(change.key, touched)
    }
    return touched
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined {
    return this.find(kind, `${namespace}/${name}`)?.object
  }

  /** @param fullName `namespace/name`, `/name` for cluster-scoped kinds */
  find<K extends Kind>(kind: K, fullName: string): Stored<K> | undefined {
    return this.#objects.get(kind)?.get(fullName) as Stored<K> | undefined
  }

  /** `namespace/name` of each object of a kind. */
  names(kind: Kind): Iterable<string> {
    return this.#objects.get(kind)?.keys() ?? []
  }

  grants(namespace: string): Iterable<ReferenceGrant> {
    return this.#grants.get(namespace)?.values() ?? []
  }

  /** The EndpointSlices whose label names the Service, or the ServiceImport. */
  slices(namespace: string, name: string, of: SliceOwner): Iterable<EndpointSlice> {
    return this.#slices.get(slicesTopic(namespace, name, of))?.values() ?? []
  }

  /** The policies whose targetRefs name the object. */
  policies(namespace: string, target: PolicyTarget): Iterable<Stored<PolicyKind>> {
    return this.#policies.get(policiesTopic(namespace, target))?.values() ?? []
  }

  hasPolicies(topic: Topic): boolean {
    return this.#policies.has(topic)
  }

  policiesByTopic(topic: Topic): Iterable<Stored<PolicyKind>> {
    return this.#policies.get(topic)?.values() ?? []
  }

  #put(key: ObjectKey, object: KubeObject, touched: Set<Topic>): void {
    const kind = kindOf(object)
    const known = this.#kinds.get(key)
    const before = known && this.#byKey(known, key)
    if (before && known === kind && sameContent(before.object, object)) return
    if (before) this.#delete(key, touched)
    if (!kind) return
    const name = fullName(kind, object)
    const objects = this.#objects.get(kind) ?? new Map<string, Stored>()
    this.#objects.set(kind, objects)
    // `kindOf` has looked at apiVersion and kind, and the objects arrive validated.
    const stored: Stored = { key, object: object as Kinds[Kind] }
    objects.set(name, stored)
    this.#kinds.set(key, kind)
    this.#names.set(key, name)
    this.#touch(kind, stored, name, touched, 'add')
  }

  #delete(key: ObjectKey, touched: Set<Topic>): void {
    const kind = this.#kinds.get(key)
    const name = this.#names.get(key)
    const before = kind && this.#byKey(kind, key)
    if (!kind || name === undefined || !before) return
    this.#objects.get(kind)!.delete(name)
    this.#kinds.delete(key)
    this.#names.delete(key)
    this.#touch(kind, before, name, touched, 'remove')
  }

  #byKey(kind: Kind, key: ObjectKey): Stored | undefined {
    return this.#objects.get(kind)?.get(this.#names.get(key)!)
  }

  #touch(kind: Kind, stored: Stored, name: string, touched: Set<Topic>, what: 'add' | 'remove'): void {
    touched.add(objectTopic(kind, name))
    const { object } = stored
    if (object.kind === 'ReferenceGrant') {
      const namespace = namespaceOf(object)
      index(this.#grants, namespace, stored.key, object, what)
      touched.add(grantsTopic(namespace))
    }
    if (object.kind === 'EndpointSlice') {
      for (const [of, label] of Object.entries(sliceLabels) as [SliceOwner, string][]) {
        const owner = object.metadata.labels?.[label]
        if (owner === undefined) continue
        const topic = slicesTopic(namespaceOf(object), owner, of)
        index(this.#slices, topic, stored.key, object, what)
        touched.add(topic)
      }
    }
    if (isPolicy(stored)) {
      const topics = new Set(targetsOf(stored.object).map((target) => policiesTopic(namespaceOf(object), target)))
      for (const kind of selectsTargets(stored.object)) topics.add(selectingTopic(kind))
      for (const topic of topics) {
        index(this.#policies, topic, stored.key, stored, what)
        touched.add(topic)
      }
    }
  }
}

export function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? 'default'
}

/** @param name `namespace/name` */
export function objectTopic(kind: Kind, name: string): Topic {
  return `${kind}/${name}`
}

export function grantsTopic(namespace: string): Topic {
  return `grants of ${namespace}`
}

/** Kinds that EndpointSlices belong to. */
export type SliceOwner = 'Service' | 'ServiceImport'

// KEP-1645: the slices of an imported service carry a label of their own.
const sliceLabels: Readonly<Record<SliceOwner, string>> = {
  Service: 'kubernetes.io/service-name',
  ServiceImport: 'multicluster.kubernetes.io/service-name',
}

export function slicesTopic(namespace: string, name: string, of: SliceOwner): Topic {
  return `slices of ${of} ${namespace}/${name}`
}

/** Kinds that say something about other objects from outside. */
export type PolicyKind = 'BackendTLSPolicy' | 'XBackendTrafficPolicy' | AttachedPolicy['kind']

/** Touched when a policy of any kind about the object comes, goes or changes. */
export function policiesTopic(namespace: string, { group, kind, name }: PolicyTarget): Topic {
  return `policies on ${kind}.${group} ${namespace}/${name}`
}

/** Touched when a policy of any kind that selects objects of this kind by their labels comes, goes or changes. */
export function selectingTopic(kind: string): Topic {
  return `policies selecting ${kind}`
}

export function isPoliciesTopic(topic: Topic): boolean {
  return topic.startsWith('policies on ')
}

function isPolicy(stored: Stored): stored is Stored<PolicyKind> {
  const { kind } = stored.object
  return kind === 'BackendTLSPolicy' || kind === 'XBackendTrafficPolicy' || isAttachedKind(kind)
}

/** The `namespace/name` of each object of a kind that stands in `topics`. */
export function* topicsOfKind(topics: Iterable<Topic>, kind: Kind): Iterable<string> {
  const prefix = `${kind}/`
  for (const topic of topics) if (topic.startsWith(prefix)) yield topic.slice(prefix.length)
}

function kindOf(object: KubeObject): Kind | undefined {
  const slash = object.apiVersion.indexOf('/')
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash)
  const kind = object.kind as Kind
  return Object.hasOwn(groups, kind) && groups[kind] === group ? kind : undefined
}

function fullName(kind: Kind, object: KubeObject): string {
  return `${clusterScoped.has(kind) ? '' : namespaceOf(object)}/${object.metadata.name}`
}

function index<T>(
  indexes: Map<string, Map<ObjectKey, T>>,
  at: string,
  key: ObjectKey,
  object: T,
  what: 'add' | 'remove',
): void {
  const entries = indexes.get(at) ?? new Map<ObjectKey, T>()
  if (what === 'add') entries.set(key, object)
  else entries.delete(key)
  if (entries.size > 0) indexes.set(at, entries)
  else indexes.delete(at)
}

// Status writes (our own among them) come back as changes: they must not set anything in motion.
const ignored: ReadonlySet<string> = new Set(['status', 'metadata'])
const watched = ['name', 'namespace', 'generation', 'creationTimestamp', 'labels', 'annotations'] as const

function sameContent(a: KubeObject, b: KubeObject): boolean {
  if (a === b) return true
  if (!watched.every((field) => sameValue(a.metadata[field], b.metadata[field]))) return false
  const fields = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...fields].every((field) => ignored.has(field) || sameValue(a[field], b[field]))
}
