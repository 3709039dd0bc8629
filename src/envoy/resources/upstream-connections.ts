import type { Backend, NameLookup, UpstreamHttp2 } from '#ir'
import { duration, type Message, typed } from '../message.ts'
import { keptCase } from './protocol-options.ts'
import { buildUpstreamTls } from './upstream-tls.ts'

/** How connections to a backend are made and kept; fields of a Cluster. */
/** @param keepsCase some listener wants names of fields as backends write them */
export function buildConnections(backend: Backend, keepsCase: boolean): Message {
  const { tcpKeepAlive, bufferBytes, preconnect } = backend
  const socket = buildSocket(backend)
  return {
    connect_timeout: duration(backend.connectTimeoutMs),
    ...(tcpKeepAlive && {
      upstream_connection_options: {
        tcp_keepalive: {
          keepalive_probes: tcpKeepAlive.probes,
          keepalive_time: tcpKeepAlive.idleMs / 1_000,
          keepalive_interval: tcpKeepAlive.intervalMs / 1_000,
        },
      },
    }),
    ...(bufferBytes !== undefined && { per_connection_buffer_limit_bytes: bufferBytes }),
    ...(preconnect && { preconnect_policy: buildPreconnect(preconnect) }),
    ...buildProtocol(backend, keepsCase),
    ...(socket && { transport_socket: socket }),
  }
}

function buildPreconnect({ perEndpointPercent, predictivePercent }: NonNullable<Backend['preconnect']>): Message {
  return {
    ...(perEndpointPercent !== undefined && { per_upstream_preconnect_ratio: perEndpointPercent / 100 }),
    ...(predictivePercent !== undefined && { predictive_preconnect_ratio: predictivePercent / 100 }),
  }
}

function buildSocket(backend: Backend): Message | undefined {
  const tls = buildUpstreamTls(backend)
  const { proxyProtocol } = backend
  if (proxyProtocol === undefined) return tls
  return {
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typed_config: typed('envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', {
      config: { version: proxyProtocol === 1 ? 'V1' : 'V2' },
      transport_socket: tls ?? {
        name: 'envoy.transport_sockets.raw_buffer',
        typed_config: typed('envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer'),
      },
    }),
  }
}

function buildProtocol(
  { protocol, breaker, idleTimeoutMs, maxConnectionMs, http2, followsClient }: Backend,
  keepsCase: boolean,
): Message {
  if (protocol === 'tcp' || protocol === 'udp') return {}
  const common = {
    ...(breaker?.maxRequestsPerConnection !== undefined && {
      max_requests_per_connection: breaker.maxRequestsPerConnection,
    }),
    ...(idleTimeoutMs !== undefined && { idle_timeout: duration(idleTimeoutMs) }),
    ...(maxConnectionMs !== undefined && maxConnectionMs > 0 && { max_connection_duration: duration(maxConnectionMs) }),
  }
  // What clients may not send, or do not want, ends with their listener.
  const http1Options = { enable_trailers: true, ...(keepsCase && keptCase) }
  const http2Options = buildHttp2(http2)
  const options = typed('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
    ...(Object.keys(common).length > 0 && { common_http_protocol_options: common }),
    ...(followsClient
      ? {
          use_downstream_protocol_config: { http_protocol_options: http1Options, http2_protocol_options: http2Options },
        }
      : {
          explicit_http_config:
            protocol === 'h2c' ? { http2_protocol_options: http2Options } : { http_protocol_options: http1Options },
        }),
  })
  return { typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': options } }
}

function buildHttp2({
  streamWindow,
  connectionWindow,
  maxStreams,
  ping,
  endsStreamsAlone,
}: UpstreamHttp2 = {}): Message {
  return {
    ...(streamWindow !== undefined && { initial_stream_window_size: streamWindow }),
    ...(connectionWindow !== undefined && { initial_connection_window_size: connectionWindow }),
    ...(maxStreams !== undefined && { max_concurrent_streams: maxStreams }),
    ...(endsStreamsAlone && { override_stream_error_on_invalid_http_message: true }),
    ...(ping && {
      connection_keepalive: {
        ...(ping.intervalMs !== undefined && { interval: duration(ping.intervalMs) }),
        interval_jitter: { value: ping.jitterPercent },
        timeout: duration(ping.timeoutMs),
        ...(ping.afterIdleMs !== undefined && { connection_idle_interval: duration(ping.afterIdleMs) }),
      },
    }),
  }
}

const families: Record<NonNullable<NameLookup['family']>, string> = {
  v4: 'V4_ONLY',
  v6: 'V6_ONLY',
  v4Preferred: 'V4_PREFERRED',
  // Envoy's word for it.
  v6Preferred: 'AUTO',
  all: 'ALL',
}

/** How Envoy resolves names: again by their TTL, each address an endpoint. */
export function namesByDns({ lookup = {} }: Pick<Backend, 'lookup'>): Message {
  const { refreshMs, byTtl = true, family = 'all' } = lookup
  return {
    type: 'STRICT_DNS',
    ...(refreshMs !== undefined && { dns_refresh_rate: duration(refreshMs) }),
    respect_dns_ttl: byTtl,
    dns_lookup_family: families[family],
  }
}
