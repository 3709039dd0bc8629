import { type MetricFamily, type MetricSample, simpleMetric } from '#kit/metric.ts'
import { type Counts, latencyBoundsMs } from './counters.ts'

/** The data plane's counts as metrics. Names and labels are listed in docs/reference/metrics.md. */
export function describeCounts(counts: Counts): MetricFamily[] {
  const routes = Object.values(counts.routes)
  const byRoute = (value: (route: (typeof routes)[number]) => number) =>
    routes.map((route) => [{ gateway: route.gateway, route: route.route, code: route.codes }, value(route)] as const)
  return [
    simpleMetric(
      'headgate_requests_total',
      'counter',
      'Finished requests.',
      byRoute((route) => route.requests),
    ),
    simpleMetric(
      'headgate_request_bytes_total',
      'counter',
      'Bytes of request bodies.',
      byRoute((route) => route.bytesIn),
    ),
    simpleMetric(
      'headgate_response_bytes_total',
      'counter',
      'Bytes of response bodies.',
      byRoute((route) => route.bytesOut),
    ),
    simpleMetric(
      'headgate_grpc_calls_total',
      'counter',
      'Finished calls of gRPC: to GRPCRoutes, and those that the gateway refused.',
      Object.entries(counts.grpc).map(([status, count]) => [{ status }, count]),
    ),
    {
      name: 'headgate_request_duration_seconds',
      type: 'histogram',
      help: 'Time from head to last byte.',
      samples: latency(counts),
    },
    simpleMetric('headgate_requests_active', 'gauge', 'Requests in flight.', [[{}, counts.active]]),
    simpleMetric('headgate_connections', 'gauge', 'Open client connections.', [[{}, counts.connections]]),
    simpleMetric('headgate_connections_total', 'counter', 'Accepted client connections.', [
      [{}, counts.connectionsTotal],
    ]),
    simpleMetric('headgate_retries_total', 'counter', 'Attempts beyond the first, as retry stanzas ask.', [
      [{}, counts.retries],
    ]),
    simpleMetric(
      'headgate_upstream_failures_total',
      'counter',
      'Requests that failed between the gateway and a backend.',
      Object.entries(counts.failures).map(([code, count]) => [{ code }, count]),
    ),
    simpleMetric(
      'headgate_upstream_passed_over_total',
      'counter',
      'Attempts that could not reach an endpoint, or met a stale connection, and were made again at once.',
      Object.entries(counts.passedOver).map(([code, count]) => [{ code }, count]),
    ),
    simpleMetric('headgate_internal_errors_total', 'counter', 'Bugs of Headgate met by requests.', [
      [{}, counts.internalErrors],
    ]),
  ]
}

function latency(counts: Counts): MetricSample[] {
  let total = 0
  const buckets = counts.latency.map((count, i): MetricSample => {
    total += count
    const bound = latencyBoundsMs[i]
    return { suffix: '_bucket', labels: { le: bound === undefined ? '+Inf' : String(bound / 1_000) }, value: total }
  })
  return [
    ...buckets,
    { suffix: '_sum', labels: {}, value: counts.latencySumMs / 1_000 },
    { suffix: '_count', labels: {}, value: total },
  ]
}
