import { type ResourceKind, resourceKinds } from '../envoy-resources.ts'
import type { PackedResource } from '../protobuf/pack-resource.ts'
import type { NodeState, Touched } from './node-state.ts'
import { Subscription } from './subscription.ts'
import type { XdsRequest, XdsResponse } from './wire.ts'

/** What a stream needs of the one who keeps it. */
export interface StreamHost {
  readonly delta: boolean
  readonly node: NodeState
  /** @returns false when the client does not take more now; `resume` follows */
  send(response: XdsResponse): boolean
  accepted(kind: ResourceKind, resources: readonly PackedResource[]): void
  refused(kind: ResourceKind, resources: readonly PackedResource[], message: string): void
  /** Something was answered or asked. */
  progressed(): void
  /** Nothing more is said. */
  end(): void
}

/** Sent first; the others name them, and wait until they are there. */
const foundations: readonly ResourceKind[] = ['secret', 'cluster', 'endpoints']
const dependents = resourceKinds.filter((kind) => !foundations.includes(kind))

/** A new cluster's endpoints are waited for so long. */
const patienceMs = 2_000

let nonces = 0

/**
 * One client's stream. Make before break: listeners and routes go out when the client has taken the clusters, and asked
 * for and been sent their endpoints; what arrives on one stream is handled in its order.
 */
export class XdsStream {
  readonly #host: StreamHost
  readonly #subscriptions = new Map<ResourceKind, Subscription>()
  /** Clusters that were sent and whose endpoints were not asked for yet. */
  readonly #awaited = new Set<string>()
  #patience: NodeJS.Timeout | undefined
  #blocked = false
  #closed = false

  constructor(host: StreamHost) {
    this.#host = host
  }

  /** The client has taken all that it asked for, and has asked for clusters and listeners if there are any. */
  get settled(): boolean {
    const { node } = this.#host
    if (node.generation === 0 || this.#awaited.size > 0) return false
    for (const kind of ['cluster', 'listener'] as const) {
      const subscription = this.#subscriptions.get(kind)
      if (node.served(kind).size > 0 && !subscription?.acknowledged) return false
    }
    return [...this.#subscriptions.values()].every(({ settled }) => settled)
  }

  request(request: XdsRequest): void {
    const { kind } = request
    if (kind === undefined) return
    let subscription = this.#subscriptions.get(kind)
    if (subscription === undefined) {
      subscription = new Subscription(kind, this.#host.delta)
      this.#subscriptions.set(kind, subscription)
    }
    if (request.nonce !== '') this.#answer(subscription, request)
    subscription.subscribe(request, this.#host.node.served(kind))
    if (kind === 'endpoints') for (const name of this.#awaited) if (subscription.wants(name)) this.#awaited.delete(name)
    this.flush()
    this.#host.progressed()
  }

  #answer(subscription: Subscription, request: XdsRequest): void {
    const answer = subscription.answer(request)
    if (answer === undefined) return
    if (answer.accepted.length > 0) this.#host.accepted(subscription.kind, answer.accepted)
    if (answer.refused.length > 0) this.#host.refused(subscription.kind, answer.refused, request.refusal ?? '')
    for (const { name } of answer.refused) {
      subscription.touch(name)
      this.#awaited.delete(name)
    }
  }

  touch(touched: readonly Touched[]): void {
    for (const { kind, name } of touched) this.#subscriptions.get(kind)?.touch(name)
    this.flush()
  }

  /** The client takes more again. */
  resume(): void {
    this.#blocked = false
    this.flush()
  }

  flush(): void {
    // Complete before the first answer: an empty state must not look like an empty wish.
    if (this.#closed || this.#host.node.generation === 0) return
    for (const kind of foundations) this.#push(kind)
    if (!this.#founded()) return
    for (const kind of dependents) this.#push(kind)
  }

  #founded(): boolean {
    if (this.#awaited.size === 0) return this.#subscriptions.get('cluster')?.settled ?? true
    this.#patience ??= setTimeout(() => {
      this.#patience = undefined
      this.#awaited.clear()
      this.flush()
      this.#host.progressed()
    }, patienceMs).unref()
    return false
  }

  #push(kind: ResourceKind): void {
    if (this.#blocked) return
    const { node } = this.#host
    const nonce = String(++nonces)
    const step = this.#subscriptions.get(kind)?.next(node.served(kind), nonce)
    if (step === undefined) return
    if (kind === 'cluster') this.#awaitEndpoints(step.put)
    if (kind === 'route') this.#repeatVirtualHosts(step.put)
    this.#blocked = !this.#host.send({ kind, nonce, version: String(node.generation), ...step })
  }

  #awaitEndpoints(clusters: readonly PackedResource[]): void {
    const endpoints = this.#subscriptions.get('endpoints')
    for (const { name } of clusters) {
      if (!this.#host.node.served('endpoints').has(name)) continue
      if (!endpoints?.wants(name)) this.#awaited.add(name)
      // A cluster that is made anew waits for endpoints that its client has, and does not ask for again.
      else endpoints.forget(name)
    }
  }

  /**
   * Envoy subscribes to virtual hosts once, for all route configurations together. One that comes later takes only those that
   * arrive after it, and what the client has been sent before it is lost on it.
   */
  #repeatVirtualHosts(routes: readonly PackedResource[]): void {
    for (const { name } of routes) this.#subscriptions.get('virtualHost')?.forgetBelow(`${name}/`)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#patience)
    this.#host.end()
  }
}
