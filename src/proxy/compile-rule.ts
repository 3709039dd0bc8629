import type { BackendKey, FilterNode, Forward, Listener, Route } from '#ir'
import type { FilterHooks, FilterPlace, Plane, ProxyFilter } from './filter.ts'
import type { BackendPool } from './upstream/backend-pool.ts'

/** A rule ready to run: decided once per snapshot, so that a request only walks arrays. */
export interface CompiledRule {
  /** Undefined: the plane's own answer to a request that no route matches. */
  readonly route: Route | undefined
  readonly listener: Listener
  readonly chain: FilterChain | undefined
  readonly action: CompiledAction
}

export type CompiledAction =
  | { readonly kind: 'respond'; readonly status: number; readonly why: string; readonly location?: string }
  | CompiledForward

export interface CompiledForward {
  readonly kind: 'forward'
  readonly shares: readonly CompiledShare[]
  readonly totalWeight: number
  readonly forward: Forward
  readonly retryCodes: ReadonlySet<number> | undefined
}

export type CompiledShare =
  | {
      readonly kind: 'backend'
      readonly key: BackendKey
      readonly weight: number
      readonly pool: BackendPool
      readonly chain: FilterChain | undefined
    }
  | { readonly kind: 'broken'; readonly weight: number; readonly status: number; readonly why: string }

/** Hooks by moment, in the order they run. */
export interface FilterChain {
  readonly onRequest: readonly FilterHooks[]
  readonly onRequestData: readonly FilterHooks[]
  readonly onRequestEnd: readonly FilterHooks[]
  readonly overrideResponse: readonly FilterHooks[]
  /** Reversed: the filter nearest to the backend sees the response first. */
  readonly onResponse: readonly FilterHooks[]
  /** Reversed too. */
  readonly transformResponse: readonly FilterHooks[]
  /** Reversed too. */
  readonly onResponseEnd: readonly FilterHooks[]
  readonly onDone: readonly FilterHooks[]
  /** Bytes of body to hold before `onRequest`; 0: none. */
  readonly bufferRequest: number
}

export type ProxyFilters = Readonly<Record<string, ProxyFilter<never>>>

export interface RuleSurroundings {
  readonly filters: ProxyFilters
  readonly plane: Plane
  pool(backend: BackendKey): BackendPool | undefined
}

/** A rule that can't be compiled (a filter of a kind this plane does not know) answers 500: it is closed, not half open. */
export function compileRule(route: Route, listener: Listener, around: RuleSurroundings): CompiledRule {
  try {
    const place = { route: route.key, listener }
    const chain = compileChain(route.filters, around, place)
    return { route, listener, chain, action: compileAction(route, around, place) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { route, listener, chain: undefined, action: { kind: 'respond', status: 500, why } }
  }
}

function compileAction(route: Route, around: RuleSurroundings, place: FilterPlace): CompiledAction {
  const action = route.action
  if (action.kind === 'respond') return action
  const shares = action.to.map((to): CompiledShare => {
    if (to.kind === 'broken') return to
    const pool = around.pool(to.backend)
    if (!pool) throw new Error(`backend ${to.backend} is not in the snapshot`)
    const chain = compileChain(to.filters, around, place)
    return { kind: 'backend', key: to.backend, weight: to.weight, pool, chain }
  })
  return {
    kind: 'forward',
    shares,
    totalWeight: shares.reduce((sum, share) => sum + share.weight, 0),
    forward: action,
    retryCodes: action.retry && new Set(action.retry.codes),
  }
}

function compileChain(
  nodes: readonly FilterNode[],
  around: RuleSurroundings,
  place: FilterPlace,
): FilterChain | undefined {
  if (nodes.length === 0) return undefined
  const hooks = nodes.map((node) => {
    const filter = around.filters[node.kind]
    if (!filter) throw new Error(`the embedded plane has no filter '${node.kind}'`)
    return filter.compile(node as never, around.plane, place)
  })
  return {
    onRequest: hooks.filter((hook) => hook.onRequest),
    onRequestData: hooks.filter((hook) => hook.onRequestData),
    onRequestEnd: hooks.filter((hook) => hook.onRequestEnd),
    overrideResponse: hooks.filter((hook) => hook.overrideResponse),
    onResponse: hooks.filter((hook) => hook.onResponse).reverse(),
    transformResponse: hooks.filter((hook) => hook.transformResponse).reverse(),
    onResponseEnd: hooks.filter((hook) => hook.onResponseEnd).reverse(),
    onDone: hooks.filter((hook) => hook.onDone),
    bufferRequest: Math.max(0, ...hooks.map((hook) => hook.bufferRequest ?? 0)),
  }
}
