import { type EnvoyFilter, type Message, typed } from '#envoy'
import type { FaultInjectionNode } from './ir.ts'

const type = 'envoy.extensions.filters.http.fault.v3.HTTPFault'

export const faultInjection: EnvoyFilter<FaultInjectionNode> = {
  shared: typed(type),
  build: ({ delay, abort }) => ({
    perRoute: typed(type, {
      ...(delay && { delay: { fixed_delay: `${delay.ms / 1000}s`, percentage: millionths(delay.percent) } }),
      ...(abort && {
        abort: {
          ...('status' in abort ? { http_status: abort.status } : { grpc_status: abort.grpcStatus }),
          percentage: millionths(abort.percent),
        },
      }),
    }),
  }),
}

function millionths(percent: number): Message {
  return { numerator: Math.round(percent * 10_000), denominator: 'MILLION' }
}
