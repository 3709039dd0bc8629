import type { Backend, HealthCheck } from '#ir'
import { duration, type Message } from '../message.ts'

/** uint32's largest: no limit. */
const unlimited = 4_294_967_295

/** Envoy's defaults (1,024 requests, three retries) are limits that nobody asked for. */
export function buildBreaker({ breaker = {}, retryBudget }: Backend): Message {
  const { maxConnections, maxPending, maxRequests, maxRetries, retryShare, maxConnectionsPerEndpoint } = breaker
  const budget = retryShare
    ? { budget_percent: { value: retryShare.percent }, min_retry_concurrency: retryShare.minConcurrency }
    : retryBudget && {
        budget_percent: { value: retryBudget.percent },
        budget_interval: duration(retryBudget.intervalMs),
        min_retry_concurrency: retryBudget.minRetries,
      }
  return {
    thresholds: [
      {
        max_connections: maxConnections ?? unlimited,
        max_pending_requests: maxPending ?? unlimited,
        max_requests: maxRequests ?? unlimited,
        ...(budget ? { retry_budget: budget } : { max_retries: maxRetries ?? unlimited }),
      },
    ],
    ...(maxConnectionsPerEndpoint !== undefined && {
      per_host_thresholds: [{ max_connections: maxConnectionsPerEndpoint }],
    }),
  }
}

export function buildOutlier({ outlier }: Backend): Message {
  if (!outlier) return {}
  const share = outlier.failurePercent
  const enforce = (detector: number) => (detector > 0 ? 100 : 0)
  return {
    outlier_detection: {
      // A detector of 0 is off; Envoy turns it off by never acting on it.
      consecutive_5xx: Math.max(1, outlier.consecutive5xx),
      enforcing_consecutive_5xx: enforce(outlier.consecutive5xx),
      consecutive_gateway_failure: Math.max(1, outlier.consecutiveGatewayErrors),
      enforcing_consecutive_gateway_failure: enforce(outlier.consecutiveGatewayErrors),
      split_external_local_origin_errors: outlier.splitLocalErrors,
      ...(outlier.splitLocalErrors && {
        consecutive_local_origin_failure: Math.max(1, outlier.consecutiveLocalFailures),
        enforcing_consecutive_local_origin_failure: enforce(outlier.consecutiveLocalFailures),
        enforcing_local_origin_success_rate: 0,
      }),
      enforcing_success_rate: 0,
      ...(share > 0 && {
        failure_percentage_threshold: share,
        enforcing_failure_percentage: 100,
        failure_percentage_minimum_hosts: 1,
        failure_percentage_request_volume: 50,
      }),
      interval: duration(outlier.intervalMs),
      base_ejection_time: duration(outlier.baseEjectionMs),
      max_ejection_time: '300s',
      max_ejection_percent: outlier.maxEjectionPercent,
      always_eject_one_host: outlier.alwaysEjectOne,
    },
  }
}

export function buildHealthChecks({ health, protocol }: Backend): Message {
  if (!health) return {}
  return {
    health_checks: [
      {
        timeout: duration(health.timeoutMs),
        interval: duration(health.intervalMs),
        ...(health.initialJitterMs > 0 && { initial_jitter: duration(health.initialJitterMs) }),
        unhealthy_threshold: health.unhealthyThreshold,
        healthy_threshold: health.healthyThreshold,
        ...buildQuestion(health, protocol === 'h2c'),
      },
    ],
  }
}

function buildQuestion({ ask }: HealthCheck, http2: boolean): Message {
  switch (ask.kind) {
    case 'http':
      return {
        http_health_check: {
          path: ask.path,
          method: ask.method,
          host: ask.hostname ?? '',
          expected_statuses: ask.healthy.map(({ from, to }) => ({ start: from, end: to + 1 })),
          retriable_statuses: ask.retriable.map(({ from, to }) => ({ start: from, end: to + 1 })),
          ...(ask.expectBody !== undefined && { receive: [{ binary: ask.expectBody }] }),
          ...(ask.body !== undefined && { send: { binary: ask.body } }),
          ...(http2 && { codec_client_type: 'HTTP2' }),
        },
      }
    case 'tcp':
      return {
        tcp_health_check: {
          ...(ask.send !== undefined && { send: { binary: ask.send } }),
          ...(ask.receive !== undefined && { receive: [{ binary: ask.receive }] }),
        },
      }
    case 'grpc':
      return { grpc_health_check: { service_name: ask.service } }
  }
}

/** What becomes of what these find out; fields of common_lb_config. */
export function buildVerdicts({ panicPercent, outlier, health }: Backend): Message {
  return {
    ...(panicPercent !== undefined && { healthy_panic_threshold: { value: panicPercent } }),
    // Else Envoy keeps a verdict to itself for up to a second after the one before, and sends requests where it knows they fail.
    ...((outlier || health) && { update_merge_window: '0s' }),
  }
}
