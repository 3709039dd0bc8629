import type { ExchangeRecord, Observer } from './observer.ts'

/** Upper bounds of the latency histogram's buckets, in milliseconds. */
export const latencyBoundsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000]

/** Requests of one route with one class of status. */
export interface RouteCount {
  /** `HTTPRoute/namespace/name`; '' for requests that no route matched. */
  readonly route: string
  readonly gateway: string
  /** `2xx`; `0xx` when the client left before an answer; `tcp`, `tls`, `udp`: connections without requests. */
  readonly codes: string
  requests: number
  bytesIn: number
  bytesOut: number
}

/** What one worker has counted since it started. Plain data: it travels to the main thread when somebody scrapes. */
export interface Counts {
  connections: number
  connectionsTotal: number
  active: number
  retries: number
  internalErrors: number
  /** By StreamError code. */
  readonly failures: Record<string, number>
  /** By StreamError code: attempts that failed and were made again at once, unseen by the client. */
  readonly passedOver: Record<string, number>
  readonly routes: Record<string, RouteCount>
  /** Calls to gRPC routes, and those refused without one, by their status, `0` to `16`; 'none' for those that ended without one. */
  readonly grpc: Record<string, number>
  /** One number per bound, and one for what is slower than all. */
  readonly latency: number[]
  latencySumMs: number
}

// Backends say what they like; labels must be few.
const grpcStatuses = /^(?:[0-9]|1[0-6])$/

/** Beyond this many series a worker adds new ones up under one name: labels must not eat the memory. */
const maxSeries = 10_000

export function emptyCounts(): Counts {
  return {
    connections: 0,
    connectionsTotal: 0,
    active: 0,
    retries: 0,
    internalErrors: 0,
    failures: {},
    passedOver: {},
    routes: {},
    grpc: {},
    latency: new Array<number>(latencyBoundsMs.length + 1).fill(0),
    latencySumMs: 0,
  }
}

/** Adds `other` to `sum`: workers' counts to a whole. */
export function addCounts(sum: Counts, other: Counts): void {
  sum.connections += other.connections
  sum.connectionsTotal += other.connectionsTotal
  sum.active += other.active
  sum.retries += other.retries
  sum.internalErrors += other.internalErrors
  sum.latencySumMs += other.latencySumMs
  other.latency.forEach((count, i) => {
    sum.latency[i] = (sum.latency[i] ?? 0) + count
  })
  for (const by of ['failures', 'passedOver', 'grpc'] as const)
    for (const [label, count] of Object.entries(other[by])) sum[by][label] = (sum[by][label] ?? 0) + count
  for (const [key, count] of Object.entries(other.routes)) {
    const known = sum.routes[key]
    if (!known) sum.routes[key] = { ...count }
    else {
      known.requests += count.requests
      known.bytesIn += count.bytesIn
      known.bytesOut += count.bytesOut
    }
  }
}

/** Counts what happens on a plane, and passes each finished exchange on to the access log, if there is one. */
export class CountingObserver implements Observer {
  readonly counts = emptyCounts()
  readonly #log: ((exchange: ExchangeRecord) => void) | undefined
  readonly #report: (error: unknown) => void
  /** Per rule object, so that the hot path looks nothing up by text. */
  readonly #byRoute = new WeakMap<object, (RouteCount | undefined)[]>()
  #series = 0

  constructor(report: (error: unknown) => void, log?: (exchange: ExchangeRecord) => void) {
    this.#report = report
    this.#log = log
  }

  connectionOpened(): void {
    this.counts.connections++
    this.counts.connectionsTotal++
  }

  connectionClosed(): void {
    this.counts.connections--
  }

  retried(): void {
    this.counts.retries++
  }

  passedOver(code: string): void {
    this.counts.passedOver[code] = (this.counts.passedOver[code] ?? 0) + 1
  }

  internalError(error: unknown): void {
    this.counts.internalErrors++
    this.#report(error)
  }

  done(exchange: ExchangeRecord): void {
    const { counts } = this
    // How long a tunnel stood says nothing about how fast we are.
    if (!isTunnel(exchange)) this.#time(exchange.durationMs)
    if (exchange.failure) counts.failures[exchange.failure] = (counts.failures[exchange.failure] ?? 0) + 1
    const { grpcStatus } = exchange
    if (grpcStatus !== undefined) {
      const status = grpcStatuses.test(grpcStatus) ? grpcStatus : 'none'
      counts.grpc[status] = (counts.grpc[status] ?? 0) + 1
    }
    const series = this.#seriesOf(exchange)
    series.requests++
    series.bytesIn += exchange.bytesIn
    series.bytesOut += exchange.bytesOut
    this.#log?.(exchange)
  }

  #time(durationMs: number): void {
    const { counts } = this
    counts.latencySumMs += durationMs
    let bucket = 0
    while (bucket < latencyBoundsMs.length && durationMs > latencyBoundsMs[bucket]!) bucket++
    counts.latency[bucket]!++
  }

  #seriesOf(exchange: ExchangeRecord): RouteCount {
    const owner = exchange.route ?? exchange.listener
    let classes = this.#byRoute.get(owner)
    if (!classes) {
      classes = []
      this.#byRoute.set(owner, classes)
    }
    const hundreds = Math.trunc(exchange.status / 100)
    let series = classes[hundreds]
    if (!series) {
      series = this.#newSeries(exchange, hundreds)
      classes[hundreds] = series
    }
    return series
  }

  #newSeries(exchange: ExchangeRecord, hundreds: number): RouteCount {
    const origin = exchange.route?.origin
    const full = this.#series >= maxSeries
    const route = full ? 'others' : origin ? `${origin.kind}/${origin.namespace}/${origin.name}` : ''
    const gateway = full ? 'others' : exchange.listener.gateway
    const codes = isTunnel(exchange) ? exchange.connection.protocol : `${hundreds}xx`
    const key = `${gateway} ${route} ${codes}`
    const known = this.counts.routes[key]
    if (known) return known
    this.#series++
    const series: RouteCount = { route, gateway, codes, requests: 0, bytesIn: 0, bytesOut: 0 }
    this.counts.routes[key] = series
    return series
  }
}

function isTunnel({ connection }: ExchangeRecord): boolean {
  return connection.protocol === 'tcp' || connection.protocol === 'tls' || connection.protocol === 'udp'
}
