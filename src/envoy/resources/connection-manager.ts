import type { Listener } from '#ir'
import { duration, type Message, typed } from '../message.ts'
import { buildCertificateField } from './certificate-field.ts'
import { type AddressView, buildClientAddress, buildForwardedFor, type ClientSources } from './client-address.ts'
import { buildHealthAnswer, buildLateHeaders, buildRequestId, buildUnderscores } from './client-headers.ts'
import { buildHttpFilters } from './http-filters.ts'
import { localReplies } from './local-replies.ts'
import { statName } from './names.ts'
import type { ResourceOptions } from './options.ts'
import { buildClientHttp1, buildClientHttp2 } from './protocol-options.ts'
import { ads } from './secrets.ts'

/**
 * The HTTP side of a filter chain. Depends on listeners alone: no route makes it change.
 * @param served those whose requests come here: one of HTTPS, or all of plain HTTP on a port. The strictest limits count, and of what they
 * say about fields the first that says something
 * @param sources whose connections come here, where listeners tell proxies by their networks
 */
export function buildConnectionManager(
  routesName: string,
  served: readonly Listener[],
  options: ResourceOptions,
  sources: ClientSources = 'all',
): Message {
  const client = strictest(served)
  const first = <K extends keyof Listener['client']>(field: K): Listener['client'][K] | undefined =>
    served.map((listener) => listener.client[field]).find((value) => value !== undefined)
  const headers = first('headers') ?? {}
  const view: AddressView = {
    trustedHops: client.trustedHops,
    addressFrom: first('addressFrom'),
    keepsForwardedFor: first('keepForwardedFor') ?? false,
    sources,
  }
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: statName(routesName),
      // A client that goes on without agreement on a protocol speaks what the listener offers alone.
      codec_type: served.every(({ tls }) => tls?.alpn && !tls.alpn.includes('h2')) ? 'HTTP1' : 'AUTO',
      rds: { route_config_name: routesName, config_source: ads },
      http_filters: [
        ...buildForwardedFor(view),
        ...buildLateHeaders(headers, first('healthPath')),
        ...buildHealthAnswer(first('healthPath')),
        ...buildHttpFilters(options),
      ],
      ...buildClientAddress(view, headers),
      // Envoy chooses by the first route which filters a request meets, and keeps to that when a filter changes its path. So dots and
      // escapes go before; the request guard does the rest, by stricter rules.
      normalize_path: true,
      merge_slashes: first('mergeSlashes') ?? false,
      path_with_escaped_slashes_action: slashActions[first('escapedSlashes') ?? 'keep'],
      // The backend's Server field stays, and nobody learns ours.
      server_header_transformation: 'PASS_THROUGH',
      ...buildRequestId(headers),
      ...(first('schemeOfBackend') && { scheme_header_transformation: { match_upstream: true } }),
      ...buildCertificateField(first('certificateField')),
      strip_trailing_host_dot: true,
      // The backend may refuse before the body comes.
      proxy_100_continue: true,
      request_headers_timeout: duration(client.headerTimeoutMs),
      ...(first('requestTimeoutMs') && { request_timeout: duration(first('requestTimeoutMs') ?? 0) }),
      stream_idle_timeout: duration(client.streamIdleTimeoutMs),
      max_request_headers_kb: Math.min(8192, Math.max(1, Math.ceil(client.maxHeaderBytes / 1024))),
      common_http_protocol_options: {
        idle_timeout: duration(client.idleTimeoutMs),
        max_headers_count: client.maxHeaderCount,
        ...buildUnderscores(headers),
        ...(first('maxConnectionMs') && { max_connection_duration: duration(first('maxConnectionMs') ?? 0) }),
        ...(first('maxStreamMs') && { max_stream_duration: duration(first('maxStreamMs') ?? 0) }),
        ...(first('maxRequests') && { max_requests_per_connection: first('maxRequests') }),
      },
      http1_safe_max_connection_duration: first('http1')?.endsIdle !== true,
      http_protocol_options: buildClientHttp1(first('http1'), served),
      http2_protocol_options: buildClientHttp2(client.maxConcurrentStreams, first('http2')),
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      local_reply_config: localReplies,
    }),
  }
}

const slashActions = {
  keep: 'KEEP_UNCHANGED',
  reject: 'REJECT_REQUEST',
  forward: 'UNESCAPE_AND_FORWARD',
  redirect: 'UNESCAPE_AND_REDIRECT',
} as const

/** Fields that are always numbers. */
type NumbersOf<T> = { [K in keyof T]-?: T[K] extends number ? K : never }[keyof T]

/** Listeners of plain HTTP share what happens before their names are known: the strictest counts. */
function strictest(listeners: readonly Listener[]): Listener['client'] {
  const clients = listeners.map(({ client }) => client)
  const least = (field: NumbersOf<Listener['client']>) => {
    const values = clients.map((client) => client[field]).filter((value) => value > 0)
    return values.length === 0 ? 0 : Math.min(...values)
  }
  return {
    headerTimeoutMs: least('headerTimeoutMs'),
    idleTimeoutMs: least('idleTimeoutMs'),
    streamIdleTimeoutMs: least('streamIdleTimeoutMs'),
    maxHeaderBytes: least('maxHeaderBytes'),
    maxHeaderCount: least('maxHeaderCount'),
    maxConnections: least('maxConnections'),
    trustedHops: Math.min(...clients.map(({ trustedHops }) => trustedHops)),
    maxConcurrentStreams: least('maxConcurrentStreams'),
  }
}
