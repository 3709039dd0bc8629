import type { Backend, BackendKey, FilterNode, Forward, HttpMatch, Listener, Route } from '#ir'
import { closedReason, type EnvoyAnswer } from '../filter.ts'
import { duration, type Message } from '../message.ts'
import { buildHashPolicy } from './balance.ts'
import { buildHeaderEdits } from './header-edits.ts'
import { sessionFilterName } from './http-filters.ts'
import { canMerge } from './merged-clusters.ts'
import { clusterName, mergedClusterName, routeName } from './names.ts'
import type { ResourceOptions } from './options.ts'
import { buildParts, joinParts, noParts, type Parts } from './parts.ts'
import { buildRetryPolicies } from './retry.ts'
import { buildRouteMatch, withHeaders } from './route-match.ts'
import { buildSession } from './session.ts'
import { type PlainShare, type Share, splitShares } from './shares.ts'

/** What a rule's routes are built from besides the rule. */
export interface RuleSurroundings {
  readonly options: ResourceOptions
  readonly listener: Listener
  backend(key: BackendKey): Backend | undefined
}

/** One match of a rule. */
export interface BuiltRule {
  /** Envoy's routes, in their order: usually one. */
  readonly routes: readonly Message[]
  /** Why the rule, or a backendRef of it, is closed: Envoy can't do what it asks for. */
  readonly unsupported: readonly string[]
  /** Clusters that no backend stands for. */
  readonly clusters: readonly Message[]
  /** The rule's backends are wanted as one cluster. */
  readonly merged: boolean
}

export function buildRule(route: Route, match: HttpMatch, index: number, around: RuleSurroundings): BuiltRule {
  const told: Told = { unsupported: [], clusters: [] }
  const merged = wantsMerged(route, around)
  const routes = buildRoutes(route, match, index, { ...around, told, merged })
  return { routes, ...told, merged }
}

interface Told {
  readonly unsupported: string[]
  readonly clusters: Message[]
}

type Inside = RuleSurroundings & { readonly told: Told; readonly merged: boolean }

/** A session beats the weights (GEP-1619), but Envoy draws a weighted cluster before it looks at the session. */
function wantsMerged({ action }: Route, { backend }: RuleSurroundings): boolean {
  return (
    action.kind === 'forward' &&
    action.session !== undefined &&
    action.to.every((to) => to.kind === 'broken' || to.filters.length === 0) &&
    canMerge(action.to, backend)
  )
}

function buildRoutes(route: Route, match: HttpMatch, index: number, around: Inside): Message[] {
  const { action } = route
  const at = buildRouteMatch(match, route)
  const one = (part: string, more: Message, parts: Parts, where = at): Message => ({
    name: routeName(route, index, part),
    match: where,
    ...more,
    ...fieldsOf(parts),
  })
  const rule = partsOf('rule', route, route.filters, match, around)
  if (!rule) return [one('', buildAnswer(route, 500, ''), noParts)]
  if (rule.answers) return answered(rule.answers, (part, more, when) => one(part, more, rule, withHeaders(at, when)))
  if (action.kind === 'respond') return [one('', buildAnswer(route, action.status, action.why), rule)]

  const shares = splitShares(action.to, rule, (filters) => partsOf('backendRef', route, filters, match, around))
  if (shares.length === 0) return [one('', buildAnswer(route, 500, 'the route has no backend with a weight'), rule)]
  return shares.flatMap((share): Message[] => {
    const where = share.fraction ? { ...at, runtime_fraction: { default_value: share.fraction } } : at
    if (share.kind === 'broken') return [one(share.name, buildAnswer(route, share.status, share.why), rule, where)]
    const parts = share.kind === 'apart' ? joinParts(rule, share.parts) : rule
    if (parts.answers)
      return answered(parts.answers, (part, more, when) =>
        one(joinNames(share.name, part), more, parts, withHeaders(where, when)),
      )
    const withSession = action.session
      ? { ...parts, settings: { ...parts.settings, [sessionFilterName]: buildSession(action.session) } }
      : parts
    const target = { ...buildTarget(route, share, around), ...buildTimeouts(action), ...parts.action }
    return buildRetryPolicies(action, match, route).map(({ part, headers, policy }) =>
      one(
        joinNames(share.name, part),
        { route: { ...target, ...(policy && { retry_policy: policy }) } },
        withSession,
        withHeaders(where, headers),
      ),
    )
  })
}

function answered(
  answers: readonly EnvoyAnswer[],
  one: (part: string, route: Message, when: readonly Message[]) => Message,
): Message[] {
  return answers.map(({ when = [], ...route }, i) => one(answers.length > 1 ? `answer-${i}` : '', route, when))
}

function joinNames(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/')
}

/** `name.namespace`. */
function hostOf(backend: Backend | undefined): string {
  return backend ? `${backend.origin.name}.${backend.origin.namespace}` : 'headgate'
}

/** @returns undefined: Envoy can't do them, and the surroundings have been told */
function partsOf(
  of: 'rule' | 'backendRef',
  route: Route,
  nodes: readonly FilterNode[],
  match: HttpMatch,
  { listener, options, told, backend }: Inside,
): Parts | undefined {
  if (nodes.length === 0) return noParts
  const parts = buildParts(of, nodes, options.filters, {
    listener,
    route: route.key,
    rateLimits: options.rateLimits,
    match,
    cluster: clusterName,
    authority: (key) => hostOf(backend(key)),
  })
  if ('unsupported' in parts) {
    told.unsupported.push(parts.unsupported)
    return undefined
  }
  told.clusters.push(...parts.clusters)
  return parts
}

function fieldsOf({ settings, request, response }: Parts): Message {
  return {
    ...buildHeaderEdits('request', request),
    ...buildHeaderEdits('response', response),
    ...(Object.keys(settings).length > 0 && { typed_per_filter_config: settings }),
  }
}

/** An answer of the gateway itself. For a call of gRPC its text becomes the grpc-message. */
function buildAnswer({ grpc }: Route, status: number, why: string): Message {
  const told = status < 500 ? why : closedReason
  return { direct_response: { status, body: { inline_string: grpc ? told : `${status} ${told}\n` } } }
}

function buildTarget(route: Route, share: Exclude<Share, { kind: 'broken' }>, around: Inside): Message {
  const backends = share.kind === 'apart' ? [share.backend] : share.to.map(({ backend }) => backend)
  const hash = backends
    .map((key) => around.backend(key))
    .find((backend) => backend?.balance?.by.kind === 'consistentHash')
  const hashed = hash ? buildHashPolicy(hash) : {}
  if (around.merged) return { cluster: mergedClusterName(route), ...hashed }
  if (share.kind === 'apart') return { cluster: clusterName(share.backend), ...hashed }
  return { weighted_clusters: { clusters: share.to.map(buildWeighted) }, ...hashed }
}

function buildWeighted({ backend, weight, parts }: PlainShare): Message {
  return { name: clusterName(backend), weight, ...parts.action, ...fieldsOf(parts) }
}

function buildTimeouts({ timeouts }: Forward): Message {
  const { requestMs, streamMs, idleMs } = timeouts
  return {
    timeout: duration(requestMs),
    ...(idleMs !== undefined && { idle_timeout: duration(idleMs) }),
    ...(streamMs !== undefined && { max_stream_duration: { max_stream_duration: duration(streamMs) } }),
  }
}
