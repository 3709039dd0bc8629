import type { BackendKey, FilterNode, HttpMatch, Listener, RouteKey } from '#ir'
import type { FieldEdits } from '#kit/field-edits.ts'
import { type Message, type TypedMessage, typed } from './message.ts'
import type { ResponseStep } from './response-steps.ts'

/**
 * The contract of a filter on Envoy: `build` says what Envoy needs for one node on one route, and the room puts it together;
 * nothing is patched in. A route that comes, goes or changes must not touch a listener, so whatever differs between routes is
 * returned by `build`, in one of three forms:
 *
 * - `action`, `requestFields`, `responseFields`, `answer`: what Envoy's router does itself, without a filter;
 * - `perRoute`: the route's settings for a filter that every listener has (`shared`), asleep on routes without settings;
 * - `own`: filters made for this route alone, where Envoy has no settings per route that say all that the node says.
 *
 * Filters meet requests in the order of features/order.ts, whichever form they take; what the router does comes after all.
 */
export interface EnvoyFilter<N extends FilterNode = FilterNode> {
  /**
   * Configuration of the HTTP filter on all listeners: a constant. Its name is `headgate.<kind>`. Left out, and without `own`:
   * the kind needs no HTTP filter.
   */
  readonly shared?: TypedMessage
  /** Nodes may return `own`. All listeners then have a place for such filters, under the same name. */
  readonly own?: true
  /** Envoy can't do the kind at all, whatever a node says: the reason, for users and the capability table. */
  readonly unsupported?: string
  /** Called for each match of the rule, and pure. */
  build(node: N, context: EnvoyFilterContext): EnvoyParts | Unsupported
}

export interface EnvoyFilterContext {
  readonly listener: Pick<Listener, 'port' | 'protocol' | 'client'>
  /** The rule whose node it is. */
  readonly route: RouteKey
  /** Who counts for all Envoys; undefined: nobody. */
  readonly rateLimits?: RateLimitService | undefined
  /** The match that leads to the filter: what a prefix rewrite replaces. */
  readonly match: HttpMatch
  /** The name of the cluster of a backend of the snapshot. */
  cluster(backend: BackendKey): string
  /** A Host for requests of the filter's own: names of clusters are none, and Envoy would take them. */
  authority(backend: BackendKey): string
}

/** A service of Envoy's rate-limit protocol (envoy.service.ratelimit.v3). */
export interface RateLimitService {
  /** Of the cluster. */
  readonly name: string
  readonly cluster: Message
  readonly timeoutMs: number
  /** What becomes of requests that the service does not answer for. */
  readonly whenAway: 'open' | 'closed'
}

/** What a node becomes. Every part is optional. */
export interface EnvoyParts {
  /**
   * Settings of the shared filter on this route: its `…PerRoute` message. A filter whose answers meet no other filter is told what
   * the rule's others, and the listener, would do to them, in their order.
   */
  readonly perRoute?: TypedMessage | ((steps: readonly ResponseStep[]) => TypedMessage)
  /** HTTP filters as they would stand in a listener, run one after the other on this route alone. */
  readonly own?: readonly TypedMessage[]
  /** Settings per route of the last of `own`, for what its configuration has no field for. */
  readonly ownSettings?: TypedMessage
  /**
   * Fields of envoy.config.route.v3.RouteAction. Lists of several nodes follow one another; of another field set twice the
   * later counts, and a backendRef's comes after its rule's.
   */
  readonly action?: Message
  readonly requestFields?: FieldEdits
  /** Of what the router has got or made. */
  readonly responseFields?: FieldEdits
  /**
   * Of every response, refusals by other filters included, in the place that the kind has among filters (`shared` must be
   * `responseEdits` then). A backendRef's are made by the router.
   */
  readonly everyResponse?: FieldEdits
  /** An answer of the kind says `originalPath`, which must be noted. */
  readonly notesPath?: true
  /** What the kind's filter does to every response, for answers that meet no filter. */
  readonly step?: ResponseStep
  /** Answers instead of forwarding. Of several the first whose conditions hold; the last has none. */
  readonly answer?: EnvoyAnswer | readonly EnvoyAnswer[]
  /** Clusters that no backend stands for. Equal names must mean equal clusters. */
  readonly clusters?: readonly Message[]
}

export const originalPathKey = 'headgate.original_path'

/** Format: the path with its query as the client asked for it, whatever has become of it since. With `notesPath` only. */
export const originalPath = `%FILTER_STATE(${originalPathKey}:PLAIN)%`

/** The filter behind `everyResponse`. */
export const responseEdits = typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation')

/** Fields of envoy.config.route.v3.Route: `redirect` or `direct_response`. */
export interface EnvoyAnswer extends Message {
  readonly redirect?: Message
  readonly direct_response?: Message
  /** Further conditions on the request's fields: envoy.config.route.v3.HeaderMatcher. */
  readonly when?: readonly Message[]
}

/** What clients hear of a rule that is not served as it is written: why names namespaces, Services and Secrets. */
export const closedReason = 'this route is not configured correctly'

export const closedRule: EnvoyAnswer = {
  direct_response: { status: 500, body: { inline_string: `500 ${closedReason}\n` } },
}

/**
 * Envoy can't do what the node asks for: the route is closed (500), its status and the capability table say why. The reason is
 * for the user: what can't be done, and what would work.
 */
export interface Unsupported {
  readonly unsupported: string
}

export function unsupported(reason: string): Unsupported {
  return { unsupported: reason }
}

export type EnvoyFilters = Readonly<Record<string, EnvoyFilter<never>>>
