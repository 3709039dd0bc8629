import type { BackendKey, FilterNode, Listener, PathMatch, RouteKey } from '#ir'
import type { Fields, RequestHead, ResponseHead } from './message.ts'
import type { Buckets } from './shared/buckets.ts'
import type { SharedCounters } from './shared/counters.ts'
import type { Errands } from './shared/errands.ts'
import type { ClientStream, ClientStreamHandler, ConnectionInfo } from './stream.ts'

/**
 * The contract of a filter on the embedded plane: `compile` runs once per snapshot and route, the hooks run per request in
 * the order of features/order.ts (responses in reverse). A filter keeps no connection, clock or logger of its own.
 */
export interface ProxyFilter<N extends FilterNode = FilterNode> {
  /** @param place whose node it is */
  compile(node: N, plane: Plane, place?: FilterPlace): FilterHooks
}

/** Where a node stands. */
export interface FilterPlace {
  readonly route: RouteKey
  readonly listener: Listener
}

/** Every hook is optional: leave out what the filter does not do. */
export interface FilterHooks {
  /**
   * Bytes of request body to hold before `onRequest` is called; `context.bufferedBody` has them. The largest wish of a route's
   * filters counts. Without it `onRequest` is called as soon as the head is there.
   */
  readonly bufferRequest?: number
  /** May change `context.head`; a returned reply answers the client at once and skips later filters' requests. */
  onRequest?(context: RequestContext): Reply | undefined | Promise<Reply | undefined>
  /** Sees the body on its way to the backend; called after the head was sent on. */
  onRequestData?(context: RequestContext, chunk: Uint8Array): void
  onRequestEnd?(context: RequestContext): void
  /**
   * May put an answer in the place of the final response, before any `onResponse` sees it. Asked of a rule's filters (not of a
   * backendRef's) until one answers; not about calls of gRPC, nor about tunnels. What would have come from the backend is cut off.
   * @param local the response is the gateway's own
   */
  overrideResponse?(context: RequestContext, head: ResponseHead, local: boolean): Reply | undefined
  /** May change the head of the final response; also called for replies of the gateway itself. */
  onResponse?(context: RequestContext, head: ResponseHead): void
  /**
   * Takes the body of the final response in hand; undefined: not this one's. Called after all `onResponse` when a body follows
   * (never for a tunnel). May change the head, whose length is unknown from then on.
   */
  transformResponse?(context: RequestContext, head: ResponseHead): BodyTransform | undefined
  /**
   * A backend's response is complete, before the client gets its trailers; null: it has none. Not called for replies of the
   * gateway itself, nor for what is cut off.
   */
  onResponseEnd?(context: RequestContext, trailers: Fields | null): void
  /** The exchange is over, whatever way. */
  onDone?(context: RequestContext): void
}

/** Bytes in, other bytes out. Nothing goes to the sink before `start` has returned. */
export interface BodyTransform {
  start(sink: BodySink): void
  /** False: stop until the sink hears `onDrain`. The chunk is the transform's now. */
  write(chunk: Uint8Array): boolean
  /** No more comes: the rest goes to the sink, and then its end. */
  end(): void
  /** Holds back what would go to the sink. */
  pause(): void
  resume(): void
  /** The exchange is over; nothing more is called on the sink. Also called after the end. */
  destroy(): void
}

export interface BodySink {
  onData(chunk: Uint8Array): void
  onDrain(): void
  onEnd(): void
  onError(error: Error): void
}

/** What a filter knows about the request at hand. One object per request; filters may keep their own state under `state`. */
export interface RequestContext {
  /** As it will go to the backend: filters change it. */
  readonly head: RequestHead
  /** As the client sent it (path normalised): matching has been done against it, redirects are computed from it. */
  readonly original: { readonly authority: string; readonly path: string; readonly method: string }
  readonly connection: ConnectionInfo
  /** Scheme, host without port (lower case) and port at which the client reached us, X-Forwarded-* of trusted hops considered. */
  readonly client: { readonly scheme: 'http' | 'https'; readonly address: string }
  /** Port of the listener. */
  readonly listenerPort: number
  /** The path pattern that matched. */
  readonly matchedPath: PathMatch
  /**
   * The whole request body when a filter of the route asked for `bufferRequest` (empty: there is none); undefined when it is
   * larger than that, and the filter decides. It still goes to the backend, and through `onRequestData`, after `onRequest`.
   */
  readonly bufferedBody?: Uint8Array | undefined
  /** Set by a filter: the backend sees the name by which its endpoint was found as Host, if it was found by one. */
  hostOfEndpoint?: boolean
  /** Per request and filter: index it with a symbol of your own. */
  readonly state: Record<symbol, unknown>
}

/** An answer of the gateway itself. */
export interface Reply {
  readonly status: number
  /** Flat list: name, value … */
  readonly fields: readonly string[]
  readonly body: string | Uint8Array
  /** For the access log: which feature answered, in a word or three. */
  readonly why: string
  /** What the client may hear where a protocol has room for a reason (grpc-message); without it, `why`. */
  readonly told?: string
}

/** What the plane offers to a filter when it is compiled. */
export interface Plane {
  /**
   * Sends a request of the filter's own to a backend (mirror, external authorisation). Picks an endpoint and a pooled
   * connection; failures arrive at `handler.onReset`, never before `call` has returned.
   */
  call(backend: BackendKey, head: RequestHead, end: boolean, handler: ClientStreamHandler): ClientStream
  /** 0 ≤ x < 1; the plane's, so that tests can fix it. */
  random(): number
  /** Counts over all workers. */
  readonly buckets: Buckets
  /** Counts over all proxies; undefined: this one has no place where they would be. */
  readonly counters?: SharedCounters | undefined
  /** What one worker does for all; undefined: each for itself. */
  readonly errands?: Errands | undefined
  /** Runs `then` after `ms`; returns a cancel function. */
  after(ms: number, then: () => void): () => void
}
