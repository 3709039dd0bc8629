import type { RateLimitService } from '../filter.ts'
import { type Message, typed } from '../message.ts'

/** The name of the cluster where Envoy asks about global rate limits. */
export const rateLimitClusterName = 'headgate.rate_limits'

/** A rate-limit service on the same machine. @param path of its unix socket */
export function rateLimitCluster(path: string): Message {
  return {
    name: rateLimitClusterName,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: rateLimitClusterName,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path } } } }] }],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        { explicit_http_config: { http2_protocol_options: {} } },
      ),
    },
  }
}

/** For resources that are only looked at: who runs an Envoy knows where its service is. */
export const usualRateLimits: RateLimitService = {
  name: rateLimitClusterName,
  cluster: rateLimitCluster('/run/headgate/rate-limits.sock'),
  timeoutMs: 200,
  whenAway: 'open',
}
