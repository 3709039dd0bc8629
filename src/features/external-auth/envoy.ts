import { closedRule, duration, type EnvoyFilter, type Message, type TypedMessage, typed } from '#envoy'
import { type ContextEntry, type ExternalAuthNode, type GrpcAuth, type HttpAuth, revealed } from './ir.ts'
import { statusCodeName } from './status-code.ts'

/** Envoy has settings per route for little of it, so that each route has a filter of its own. */
export const externalAuth: EnvoyFilter<ExternalAuthNode> = {
  own: true,
  build({ backend, protocol, maxBodyBytes, timeoutMs, open = false, statusOnError = 403 }, { cluster, authority }) {
    if (backend === undefined) return { answer: closedRule }
    const name = cluster(backend)
    const textBody = protocol.kind === 'grpc' && protocol.textBody
    const authoriser = typed('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', {
      transport_api_version: 'V3',
      ...(protocol.kind === 'http'
        ? askHttp(protocol, name, timeoutMs)
        : askGrpc(protocol, name, authority(backend), timeoutMs)),
      ...(maxBodyBytes > 0 && {
        with_request_body: { max_request_bytes: maxBodyBytes, allow_partial_message: false, pack_as_bytes: !textBody },
      }),
      failure_mode_allow: open,
      status_on_error: { code: statusCodeName(statusOnError) },
      validate_mutations: true,
      decoder_header_mutation_rules: { disallow_expression: { regex: notForRequests } },
    })
    const context = protocol.kind === 'grpc' ? (protocol.context ?? []) : []
    const listed = protocol.kind === 'http' ? protocol.allowedResponseHeaders : []
    return {
      own: listed.length > 0 ? [forget(listed), authoriser] : [authoriser],
      ...(context.length > 0 && { ownSettings: tellContext(context) }),
      // Envoy's note on its own call, which it would hand out with the authoriser's fields.
      responseFields: { remove: ['x-envoy-upstream-service-time'], set: [], add: [] },
    }
  },
}

/** It is part of the question, and Envoy takes it from a route's settings alone. */
function tellContext(context: readonly ContextEntry[]): TypedMessage {
  return typed('envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute', {
    check_settings: {
      context_extensions: Object.fromEntries(context.map(({ name, value }) => [name, revealed(value)])),
    },
  })
}

/** What an authoriser's answer says about itself, and what is the gateway's own (RFC 9110 7.6.1). */
const notForRequests = [
  ':.*',
  'accept-ranges|age|content-(encoding|language|location|range|type|length)|date|etag|last-modified|server|vary',
  'connection|host|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade',
  'x-envoy-.*',
].join('|')

/** A client can't say what the authoriser says: its own fields of these names go before the question. */
function forget(names: readonly string[]): TypedMessage {
  return typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
    mutations: { request_mutations: names.map((remove) => ({ remove })) },
  })
}

function askHttp(
  { pathPrefix, path, allowedHeaders, allowedResponseHeaders, onlyAllowed }: HttpAuth,
  cluster: string,
  timeoutMs: number,
): Message {
  const upstream = onlyAllowed ? allowedResponseHeaders.map(exact) : namesOrAll(allowedResponseHeaders)
  return {
    http_service: {
      server_uri: { uri: `http://${cluster}`, cluster, timeout: duration(timeoutMs) },
      ...(path === undefined ? { path_prefix: pathPrefix } : { path_override: path }),
      authorization_response: {
        ...(upstream.length > 0 && { allowed_upstream_headers: { patterns: upstream } }),
        // All that the authoriser says to the client.
        allowed_client_headers: { patterns: [{ safe_regex: { regex: '.*' } }] },
      },
    },
    allowed_headers: { patterns: ['authorization', ...allowedHeaders].map(exact) },
  }
}

function askGrpc({ allowedHeaders }: GrpcAuth, cluster: string, authority: string, timeoutMs: number): Message {
  return {
    grpc_service: { envoy_grpc: { cluster_name: cluster, authority }, timeout: duration(timeoutMs) },
    ...(allowedHeaders.length > 0 && { allowed_headers: { patterns: allowedHeaders.map(exact) } }),
  }
}

function namesOrAll(names: readonly string[]): Message[] {
  return names.length > 0 ? names.map(exact) : [{ safe_regex: { regex: '.*' } }]
}

function exact(name: string): Message {
  return { exact: name, ignore_case: true }
}
