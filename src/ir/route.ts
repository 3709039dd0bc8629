import type { BackendKey } from './backend.ts'
import type { ListenerKey } from './listener.ts'
import type { Origin } from './origin.ts'

/** `kind/namespace/name/rule-index@listener-key`. */
export type RouteKey = string & { readonly __route?: never }

/** One rule of a route on one listener. */
export interface Route {
  readonly key: RouteKey
  readonly listener: ListenerKey
  readonly origin: Origin
  /** Index of the rule inside its object, and its name where it has one. */
  readonly rule: number
  readonly ruleName?: string
  /** creationTimestamp (RFC 3339) of the object; '' when unknown. Older wins ties, then namespace/name, then rule. */
  readonly createdAt: string
  /** Already intersected with the listener's hostname; never empty: '' stands for any host. Lower case, sorted. */
  readonly hostnames: readonly string[]
  /** ORed; never empty. In the order the user wrote them. */
  readonly matches: readonly HttpMatch[]
  /** In the order of features/order.ts. */
  readonly filters: readonly FilterNode[]
  readonly action: Action
  /** A rule of a GRPCRoute: it sees only requests whose content type is application/grpc. */
  readonly grpc?: true
  /** The policies that it meets, where there are any. */
  readonly policies?: readonly PolicyNote[]
}

/** All parts must hold. */
export interface HttpMatch {
  readonly path: PathMatch
  readonly method?: string
  /** Names lower case, unique. */
  readonly headers: readonly FieldMatch[]
  /** Names case-sensitive, unique; the first value of a repeated parameter counts. */
  readonly query: readonly FieldMatch[]
}

export interface PathMatch {
  /**
   * `prefix` is by path element, its trailing slash removed ('/' stays). `regex` is RE2 and must match the whole path.
   * `method` is gRPC's: any service, the method of this name (the second of two path elements).
   */
  readonly kind: 'exact' | 'prefix' | 'regex' | 'method'
  readonly value: string
}

export interface FieldMatch {
  readonly name: string
  readonly kind: 'exact' | 'regex'
  readonly value: string
}

export type Action =
  | Forward
  /** Also the 500 of a rule whose backends are all invalid, and of a rule closed by a broken security policy. */
  | { readonly kind: 'respond'; readonly status: number; readonly why: string }

export interface Forward {
  readonly kind: 'forward'
  readonly to: readonly WeightedBackend[]
  readonly timeouts: Timeouts
  readonly retry?: Retry
  readonly session?: Session
}

/** A share of the rule's traffic. Weights are relative; 0 gets nothing. */
export type WeightedBackend =
  | {
      readonly kind: 'backend'
      readonly backend: BackendKey
      readonly weight: number
      readonly filters: readonly FilterNode[]
    }
  /** An invalid backendRef keeps its share and answers with an error (Gateway API: not redistributed). */
  | { readonly kind: 'broken'; readonly weight: number; readonly status: number; readonly why: string }

/** In milliseconds; 0: off. */
export interface Timeouts {
  /** Whole exchange, retries included; 504 when it passes before the response head. */
  readonly requestMs: number
  /** Each attempt at a backend. */
  readonly backendRequestMs: number
  /** The whole exchange to its last byte; left out: what the listener says. 0: no limit. */
  readonly streamMs?: number
  /** Without a byte in either direction; left out: what the listener says. 0: no limit. */
  readonly idleMs?: number
}

export interface Retry {
  /** How many times after the first try. */
  readonly attempts: number
  /** Response codes that are tried again; connection errors always are. */
  readonly codes: readonly number[]
  /** Least time before the next try. */
  readonly backoffMs: number
  /** Present: the time is drawn below `backoffMs`, which doubles with each retry up to this. */
  readonly maxBackoffMs?: number
  /** Statuses of gRPC that are tried again, where the head of the response tells them (there is no message then). */
  readonly grpcCodes?: readonly number[]
  /** Attempts that end without an answer after the request was sent are not tried again, even where the method allows it. */
  readonly resets?: false
}

export interface Session {
  readonly kind: 'cookie' | 'header'
  /** Name of the cookie or header. */
  readonly name: string
  /** Cookie: written without Max-Age when 'session', with it when 'permanent'. */
  readonly lifetime: 'session' | 'permanent'
  /** 0: none. */
  readonly absoluteTimeoutMs: number
  /** Path attribute of the cookie. */
  readonly path: string
}

/** The one open place of the IR: a feature owns its node, the trunk carries it unread. */
export interface FilterNode {
  readonly kind: string
}

/** A policy that is attached to the rule, its route, its listener or Gateway: for statuses and `explain`. Planes pass it over. */
export interface PolicyNote {
  readonly origin: Origin
  /**
   * `merged`: in force together with `by`. `overridden`: `by` is attached nearer to the rule. `conflicted`: `by`, at the same
   * place, is older. `refused`: it cannot be obeyed.
   */
  readonly fate: 'applied' | 'merged' | 'overridden' | 'conflicted' | 'refused'
  /** `namespace/name` of a policy of the same kind. */
  readonly by?: string
  /** Of a refused one. */
  readonly why?: string
}
