import type { StreamError } from './stream.ts'

/** What a client hears when no response could be had. */
export const explanations: Record<StreamError['code'], string> = {
  connect_failed: 'the backend refused the connection',
  connect_timeout: 'the backend did not accept a connection in time',
  tls_failed: 'the TLS handshake with the backend failed',
  peer_closed: 'the backend closed the connection',
  peer_reset: 'the backend reset the stream',
  protocol_error: 'the backend broke the protocol',
  timeout: 'the backend took too long',
  overload: 'the backend is overloaded',
}

/** And with which status. */
export const statusOf: Record<StreamError['code'], number> = {
  connect_failed: 503,
  connect_timeout: 504,
  tls_failed: 502,
  // Gateway API's HTTPRouteRetryConnectionError wants 500 or 503 when the attempts are used up; so does Envoy.
  peer_closed: 503,
  peer_reset: 503,
  protocol_error: 502,
  timeout: 504,
  overload: 503,
}
