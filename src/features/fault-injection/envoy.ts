import { type EnvoyFilter, type Message, type TypedMessage, typed } from '#envoy'
import { type FaultInjectionNode, httpStatuses } from './ir.ts'

/** Up to three of Envoy's filters: which status a call of gRPC hears, and which one all others do, depends on the request. */
export const faultInjection: EnvoyFilter<FaultInjectionNode> = {
  own: true,
  build({ delay, abort }) {
    const wait = delay && { fixed_delay: `${delay.ms / 1000}s`, percentage: millionths(delay.percent) }
    const first = wait ? [fault({ delay: wait })] : []
    if (!abort) return { own: first }
    const percentage = millionths(abort.percent)
    if ('status' in abort) return { own: [...first, fault({ abort: { http_status: abort.status, percentage } })] }
    const http = httpStatuses[abort.grpcStatus] ?? 500
    return {
      own: [
        ...first,
        fault({ abort: { grpc_status: abort.grpcStatus, percentage }, headers: [isGrpc] }),
        fault({
          abort: { http_status: http, percentage },
          headers: [{ ...isGrpc, invert_match: true, treat_missing_header_as_empty: true }],
        }),
      ],
    }
  },
}

const isGrpc: Message = {
  name: 'content-type',
  string_match: { safe_regex: { regex: '(?i)application/grpc(?:[+;\\s].*)?' } },
}

function fault(fields: Message): TypedMessage {
  return typed('envoy.extensions.filters.http.fault.v3.HTTPFault', fields)
}

function millionths(percent: number): Message {
  return { numerator: Math.round(percent * 10_000), denominator: 'MILLION' }
}
