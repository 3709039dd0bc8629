import type { FilterChain } from './compile-rule.ts'
import type { Reply, RequestContext } from './filter.ts'
import type { Fields, ResponseHead } from './message.ts'

/** Shows the filters that watch the request's body a part of it. */
export function showChunk(chain: FilterChain | undefined, context: RequestContext, chunk: Uint8Array): void {
  if (!chain) return
  for (const hook of chain.onRequestData) hook.onRequestData!(context, chunk)
}

/** Whether a filter looks at the request's body. */
export function watches(chain: FilterChain | undefined): boolean {
  return chain !== undefined && chain.onRequestData.length > 0
}

/** The answer that a filter wants in the place of this one. */
export function findOverride(
  chain: FilterChain | undefined,
  context: RequestContext,
  head: ResponseHead,
  local: boolean,
): Reply | undefined {
  if (!chain) return undefined
  for (const filter of chain.overrideResponse) {
    const reply = filter.overrideResponse!(context, head, local)
    if (reply) return reply
  }
  return undefined
}

/** Shows filters the head of the response. */
export function runResponse(chain: FilterChain | undefined, context: RequestContext, head: ResponseHead): void {
  if (chain) for (const filter of chain.onResponse) filter.onResponse!(context, head)
}

/** Shows filters what came behind the response. */
export function runResponseEnd(chain: FilterChain | undefined, context: RequestContext, trailers: Fields | null): void {
  if (chain) for (const filter of chain.onResponseEnd) filter.onResponseEnd!(context, trailers)
}

/** Tells filters that the exchange is over. */
export function runDone(chain: FilterChain | undefined, context: RequestContext): void {
  if (chain) for (const filter of chain.onDone) filter.onDone!(context)
}
