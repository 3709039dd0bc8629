import { closedRule, duration, type EnvoyFilter, type Message, type TypedMessage, typed } from '#envoy'
import type { ExternalAuthNode, GrpcAuth, HttpAuth } from './ir.ts'

/** Envoy has settings per route for little of it, so that each route has a filter of its own. */
export const externalAuth: EnvoyFilter<ExternalAuthNode> = {
  own: true,
  build({ backend, protocol, maxBodyBytes, timeoutMs }, { cluster, authority }) {
    if (backend === undefined) return { answer: closedRule }
    const name = cluster(backend)
    const authoriser = typed('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', {
      transport_api_version: 'V3',
      ...(protocol.kind === 'http'
        ? askHttp(protocol, name, timeoutMs)
        : askGrpc(protocol, name, authority(backend), timeoutMs)),
      ...(maxBodyBytes > 0 && {
        with_request_body: { max_request_bytes: maxBodyBytes, allow_partial_message: false, pack_as_bytes: true },
      }),
      failure_mode_allow: false,
      status_on_error: { code: 'Forbidden' },
      validate_mutations: true,
      decoder_header_mutation_rules: { disallow_expression: { regex: notForRequests } },
    })
    const listed = protocol.kind === 'http' ? protocol.allowedResponseHeaders : []
    return {
      own: listed.length > 0 ? [forget(listed), authoriser] : [authoriser],
      // Envoy's note on its own call, which it would hand out with the authoriser's fields.
      responseFields: { remove: ['x-envoy-upstream-service-time'], set: [], add: [] },
    }
  },
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
  { pathPrefix, allowedHeaders, allowedResponseHeaders }: HttpAuth,
  cluster: string,
  timeoutMs: number,
): Message {
  return {
    http_service: {
      server_uri: { uri: `http://${cluster}`, cluster, timeout: duration(timeoutMs) },
      path_prefix: pathPrefix,
      authorization_response: {
        allowed_upstream_headers: { patterns: namesOrAll(allowedResponseHeaders) },
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
