import type { ClientHttp1, ClientHttp2, Listener, TextPattern } from '#ir'
import { duration, type Message, typed } from '../message.ts'

/** http_protocol_options of clients. @param served one listener of HTTPS, or all of plain HTTP on a port */
export function buildClientHttp1(
  { trailers = true, keepCase, ignoredUpgrades = [] }: ClientHttp1 = {},
  served: readonly Listener[],
): Message {
  const named = served.find(
    ({ client, hostname }) => client.http1?.defaultHost && hostname && !hostname.startsWith('*'),
  )
  return {
    accept_http_10: true,
    ...(named && { default_host_for_http_10: named.hostname }),
    enable_trailers: trailers,
    ...(keepCase && keptCase),
    // RFC 9110 7.8: what we don't speak is ignored, not refused.
    ignore_http_11_upgrade: [
      { prefix: 'h2c' },
      { prefix: 'TLS/' },
      { prefix: 'HTTP/' },
      ...ignoredUpgrades.map(buildTextPattern),
    ],
  }
}

function buildTextPattern({ kind, value }: TextPattern): Message {
  return kind === 'regex' ? { safe_regex: { regex: value } } : { [kind]: value }
}

/** Names of fields go out as they came in; of both sides' options. */
export const keptCase: Message = {
  header_key_format: {
    stateful_formatter: {
      name: 'envoy.http.stateful_header_formatters.preserve_case',
      typed_config: typed('envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig'),
    },
  },
}

/** http2_protocol_options of clients. */
export function buildClientHttp2(
  maxConcurrentStreams: number,
  { streamWindow, connectionWindow, ping, broken }: ClientHttp2 = {},
): Message {
  return {
    max_concurrent_streams: maxConcurrentStreams,
    // RFC 8441: WebSocket over HTTP/2.
    allow_connect: true,
    ...(streamWindow !== undefined && { initial_stream_window_size: streamWindow }),
    ...(connectionWindow !== undefined && { initial_connection_window_size: connectionWindow }),
    ...(broken && { override_stream_error_on_invalid_http_message: broken === 'stream' }),
    ...(ping?.intervalMs !== undefined && {
      connection_keepalive: {
        interval: duration(ping.intervalMs),
        interval_jitter: { value: ping.jitterPercent },
        timeout: duration(ping.timeoutMs),
      },
    }),
  }
}
