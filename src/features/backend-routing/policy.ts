import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly routingType?: 'Endpoint' | 'Service'
  readonly httpUpgrade?: readonly { readonly type: string }[]
}

const telemetry =
  'is not supported here: there are no traces, and the metrics of a route have its name (headgate_requests_total)'

export const backendRouting = {
  kind: 'BackendTrafficPolicy',
  fields: ['routingType', 'httpUpgrade', 'telemetry', 'bandwidthLimit'],
  refused: {
    'httpUpgrade[].connect': 'CONNECT is not served: carry connections by a TCPRoute or a TLSRoute',
    telemetry,
    bandwidthLimit: 'bytes are not counted here: rateLimit limits requests, and cost lets large ones count for more',
  },
  notes: {
    routingType: 'Endpoint: requests go to the endpoints of a Service',
    'httpUpgrade[].type': 'websocket, which is so in any case',
  },
  translate({ routingType, httpUpgrade = [] }: Spec, scope) {
    if (routingType === 'Service')
      return scope.refuse(
        'routingType',
        'requests go to endpoints, so that each has its own health and load; for the ClusterIP write a Backend with its address',
      )
    const other = httpUpgrade.findIndex(({ type }) => type.toLowerCase() !== 'websocket')
    if (other >= 0)
      return scope.refuse(
        `httpUpgrade[${other}].type`,
        `${httpUpgrade[other]!.type} is not passed on: websocket is; carry other protocols by a TCPRoute or a TLSRoute`,
      )
    return ok({})
  },
} satisfies PolicySlice
