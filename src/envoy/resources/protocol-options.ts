import type { ClientHttp2 } from '#ir'
import { duration, type Message } from '../message.ts'

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
