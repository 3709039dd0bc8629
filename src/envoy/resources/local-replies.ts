import { type Message, typed } from '../message.ts'

const flagged = (...flags: string[]): Message => ({ response_flag_filter: { flags } })
const contentType = { name: 'content-type', string_match: { prefix: 'application/grpc' } }
const grpc: Message = { header_filter: { header: contentType } }
const notGrpc: Message = {
  header_filter: { header: { ...contentType, invert_match: true, treat_missing_header_as_empty: true } },
}
const status = (code: number): Message => ({
  status_code_filter: { comparison: { op: 'EQ', value: { default_value: code, runtime_key: 'headgate.never' } } },
})
const below = (code: number): Message => ({
  status_code_filter: { comparison: { op: 'LE', value: { default_value: code - 1, runtime_key: 'headgate.never' } } },
})
const any = (...filters: Message[]): Message => ({ or_filter: { filters } })
const all = (...filters: Message[]): Message => ({ and_filter: { filters } })
const expression = (text: string): Message => ({
  extension_filter: {
    name: 'envoy.access_loggers.extension_filters.cel',
    typed_config: typed('envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter', { expression: text }),
  },
})

/**
 * Envoy answers 503 to whatever went wrong with a backend. RFC 9110 15.6 tells them apart: 502 for a backend that broke the
 * conversation, 504 for one that was too slow, 503 for one that is not there.
 */
export const localReplies: Message = {
  mappers: [
    // A refusal of an authoriser must not look like a success.
    { filter: all(flagged('UAEX'), below(300)), status_code: 403 },
    // RFC 9110 6.4.1: they have no content, and what follows them would be read as the next response.
    { filter: any(status(204), status(304)), body: { inline_string: '' } },
    // A rule whose backends are invalid is UNAVAILABLE for gRPC (GRPCRouteRule.backendRefs); Envoy would make it UNKNOWN.
    { filter: all(status(500), grpc), status_code: 503 },
    // A backend that took too long: DEADLINE_EXCEEDED, where Envoy would say UNAVAILABLE.
    {
      filter: all(status(504), grpc),
      headers_to_add: [{ header: { key: 'grpc-status', value: '4' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
    },
    // A call of gRPC that was not even connected to a backend is no deadline exceeded.
    {
      filter: all(flagged('UF'), expression("response.code_details.contains('connection_timeout')"), notGrpc),
      status_code: 504,
    },
    {
      filter: all(flagged('UF'), expression("upstream.transport_failure_reason.contains('TLS_error')")),
      status_code: 502,
    },
  ],
}
