import {
  compareHttpMatches,
  compareText,
  endpointKey,
  type FilterNode,
  findMismatch,
  grpcStatusOf,
  type HttpMatch,
  isGrpc,
  type Listener,
  type MatchableRequest,
  type Origin,
  type PolicyNote,
  type Route,
  type Snapshot,
  type WeightedBackend,
} from '#ir'
import { describeLoss, describeMatch, describeMismatch } from './describe-match.ts'

/** A request as somebody asks about it. */
export interface AskedRequest extends MatchableRequest {
  readonly scheme: 'http' | 'https'
  /** Lower case, without the port. */
  readonly host: string
  readonly port: number
}

/** What a request meets, and why the others lost. Plain data: `-o json` prints it as it is. */
export interface Explanation {
  readonly listener?: ListenerChoice
  /** The others on that port. */
  readonly otherListeners: readonly (ListenerChoice & { readonly lost: string })[]
  readonly route?: RouteChoice
  /** Attached to the rule, its route, listener or Gateway: those in force, and why the others are not. */
  readonly policies: readonly PolicyNote[]
  /** In the order in which the request meets them. */
  readonly filters: readonly FilterNode[]
  readonly backends: readonly Share[]
  /** What the gateway answers itself, without a backend. */
  readonly answer?: Answer
  /** Matches of this listener for this host that did not win, best first. */
  readonly nearMisses: readonly (RouteChoice & { readonly lost: string })[]
}

/** Status 0: nobody is there to answer. */
export interface Answer {
  readonly status: number
  /** `UNAVAILABLE (14)`: present when the request is a call of gRPC, which hears of this instead. */
  readonly grpcStatus?: string
  readonly why: string
}

export interface ListenerChoice {
  readonly key: string
  readonly hostname: string
  readonly protocol: string
  readonly port: number
}

export interface RouteChoice {
  readonly route: Origin
  readonly rule: number
  readonly ruleName?: string
  /** The hostname of the route that fits. */
  readonly hostname: string
  readonly match: string
}

export interface Share {
  readonly backend: string
  /** Of 100. */
  readonly percent: number
  readonly endpoints: readonly string[]
  readonly filters: readonly FilterNode[]
  /** Present: this share is answered with an error. */
  readonly broken?: { readonly status: number; readonly why: string }
}

/** Follows a request through a snapshot, by the words of Gateway API. */
export function explainRequest(snapshot: Snapshot, request: AskedRequest): Explanation {
  const explanation = followRequest(snapshot, request)
  const { answer } = explanation
  if (!answer || answer.status < 400 || !isGrpc(request.headers.get('content-type'))) return explanation
  const { name, code } = grpcStatusOf(answer.status)
  return { ...explanation, answer: { ...answer, grpcStatus: `${name} (${code})` } }
}

function followRequest(snapshot: Snapshot, request: AskedRequest): Explanation {
  const { listener, others } = chooseListener(snapshot.listeners, request)
  const nothing = { otherListeners: others, policies: [], filters: [], backends: [], nearMisses: [] }
  if (listener === undefined) return { ...nothing, answer: unheard(snapshot.listeners, request) }
  const chosen = { ...nothing, listener: nameListener(listener) }
  const candidates = rankCandidates(snapshot.routes, listener, request)
  const winner = candidates.find(({ match, route }) => findMismatch(match, request, route) === undefined)
  const nearMisses = candidates.filter((one) => one !== winner).map((one) => ({ ...nameRoute(one), lost: lossOf(one) }))
  if (winner === undefined) {
    const why = candidates.length > 0 ? 'no match of this host holds' : noRoute(snapshot.routes, listener, request)
    return { ...chosen, nearMisses, answer: { status: 404, why } }
  }
  return {
    ...chosen,
    nearMisses,
    route: nameRoute(winner),
    policies: winner.route.policies ?? [],
    ...consequence(winner.route, snapshot),
  }

  function lossOf(candidate: Candidate): string {
    const mismatch = findMismatch(candidate.match, request, candidate.route)
    if (mismatch !== undefined) return describeMismatch(mismatch)
    if (candidate.rank !== winner!.rank) {
      return `also holds, but ${hostText(candidate.hostname)} is less specific than ${hostText(winner!.hostname)}`
    }
    return `also holds, but ${describeLoss(compareHttpMatches(winner!, candidate).by, winner!, candidate)}`
  }
}

/**
 * How exactly a hostname fits a host: exact before the longest wildcard before none; -1: not at all.
 * A wildcard stands for one or more labels (Gateway API, Hostname).
 */
export function rankHostname(hostname: string, host: string): number {
  if (hostname === '') return 0
  if (hostname.startsWith('*.')) {
    return host.endsWith(hostname.slice(1)) && host.length > hostname.length - 1 ? hostname.length : -1
  }
  return hostname === host ? Number.POSITIVE_INFINITY : -1
}

/** '' stands for any host. */
export function hostText(hostname: string): string {
  return hostname === '' ? 'any host' : hostname
}

/** Listener isolation (Gateway API, Listener.hostname): of the listeners of a port only the most specific one owns the request. */
function chooseListener(listeners: readonly Listener[], { scheme, host, port }: AskedRequest) {
  const onPort = listeners.filter((one) => one.port === port)
  const ranked = onPort
    .map((one) => ({ one, rank: one.protocol === scheme ? rankHostname(one.hostname, host) : -1 }))
    .sort((a, b) => b.rank - a.rank || compareText(a.one.key, b.one.key))
  const best = ranked[0]
  const listener = best !== undefined && best.rank >= 0 ? best.one : undefined
  const others = ranked
    .filter(({ one }) => one !== listener)
    .map(({ one, rank }) => ({ ...nameListener(one), lost: reasonLost(one, rank, listener, scheme) }))
  return { listener, others }
}

function reasonLost(one: Listener, rank: number, winner: Listener | undefined, scheme: string): string {
  if (one.protocol !== scheme) return `it speaks ${one.protocol.toUpperCase()}, not ${scheme.toUpperCase()}`
  if (rank < 0) return `its hostname ${one.hostname} does not fit`
  if (winner?.hostname === one.hostname)
    return `it listens on other addresses: ${one.addresses.join(', ') || 'the default'}`
  return `its hostname (${hostText(one.hostname)}) is less specific`
}

function unheard(listeners: readonly Listener[], { scheme, host, port }: AskedRequest): Answer {
  const ports = [...new Set(listeners.map((one) => one.port))].sort((a, b) => a - b)
  if (!ports.includes(port)) {
    const heard = ports.length === 0 ? 'there is no listener at all' : `listeners have ${ports.join(', ')}`
    return { status: 0, why: `nothing listens on port ${port}; ${heard}` }
  }
  const speaks = listeners.some((one) => one.port === port && one.protocol === scheme)
  if (!speaks) return { status: 0, why: `no listener of port ${port} speaks ${scheme.toUpperCase()}` }
  return { status: 404, why: `no listener of port ${port} has a hostname that fits ${host}` }
}

interface Candidate {
  readonly route: Route
  readonly match: HttpMatch
  readonly index: number
  readonly hostname: string
  readonly rank: number
}

/** All matches that this host can meet on a listener; rules of a more specific hostname come first, whatever they match. */
function rankCandidates(routes: readonly Route[], listener: Listener, { host }: AskedRequest): readonly Candidate[] {
  const candidates: Candidate[] = []
  for (const route of routes) {
    if (route.listener !== listener.key) continue
    for (const hostname of route.hostnames) {
      const rank = rankHostname(hostname, host)
      if (rank < 0) continue
      for (const [index, match] of route.matches.entries()) candidates.push({ route, match, index, hostname, rank })
    }
  }
  return candidates.sort((a, b) => (a.rank === b.rank ? compareHttpMatches(a, b).order : b.rank - a.rank))
}

function noRoute(routes: readonly Route[], listener: Listener, { host }: AskedRequest): string {
  const known = new Set(routes.filter((route) => route.listener === listener.key).flatMap((route) => route.hostnames))
  if (known.size === 0) return 'no route is attached to this listener'
  return `no route of this listener is for ${host}; they are for ${[...known].sort().slice(0, 10).join(', ')}`
}

function consequence(route: Route, snapshot: Snapshot): Pick<Explanation, 'filters' | 'backends' | 'answer'> {
  const { action, filters } = route
  const redirect = filters.find(({ kind }) => kind === 'requestRedirect') as { readonly status?: number } | undefined
  if (redirect !== undefined) {
    return { filters, backends: [], answer: { status: redirect.status ?? 302, why: 'requestRedirect answers' } }
  }
  const direct = filters.find(({ kind }) => kind === 'directResponse') as { readonly status?: number } | undefined
  // A closed rule has no filters, so this is what answers.
  if (direct !== undefined) {
    return { filters, backends: [], answer: { status: direct.status ?? 200, why: 'directResponse answers' } }
  }
  if (action.kind === 'respond') return { filters, backends: [], answer: { status: action.status, why: action.why } }
  const total = action.to.reduce((sum, { weight }) => sum + weight, 0)
  return { filters, backends: action.to.map((share) => explainShare(share, total, snapshot)) }
}

function explainShare(share: WeightedBackend, total: number, snapshot: Snapshot): Share {
  const percent = total === 0 ? 0 : Math.round((share.weight / total) * 1000) / 10
  if (share.kind === 'broken') {
    const { status, why } = share
    return { backend: 'broken', percent, endpoints: [], filters: [], broken: { status, why } }
  }
  const set = snapshot.endpoints.find(({ backend }) => backend === share.backend)
  return { backend: share.backend, percent, endpoints: set?.endpoints.map(endpointKey) ?? [], filters: share.filters }
}

function nameListener({ key, hostname, protocol, port }: Listener): ListenerChoice {
  return { key, hostname, protocol, port }
}

function nameRoute({ route, match, hostname }: Candidate): RouteChoice {
  const { origin, rule, ruleName } = route
  return { route: origin, rule, ...(ruleName !== undefined && { ruleName }), hostname, match: describeMatch(match) }
}
