import type { KubeObject, TCPRoute, TLSRoute, UDPRoute } from '#api'
import { gatewayGroup } from './protocols.ts'
import type { RouteKind } from './route-kinds.ts'
import type { Kind } from './store.ts'
import { translateStreamRule } from './stream-rule.ts'

// The store keeps objects by kind: what comes out under 'TLSRoute' is one.
type StreamRoute = TLSRoute | TCPRoute | UDPRoute

function streamKind(kind: Kind & StreamRoute['kind'], carries: 'tcp' | 'udp'): RouteKind {
  const specOf = (route: KubeObject) => (route as StreamRoute).spec
  return {
    kind,
    group: gatewayGroup,
    carries: 'stream',
    hostnames(route) {
      const spec = specOf(route)
      return 'hostnames' in spec ? (spec.hostnames ?? []) : []
    },
    parentRefs: (route) => specOf(route).parentRefs ?? [],
    rules: (route, scope) => specOf(route).rules.map((rule, index) => translateStreamRule(rule, index, carries, scope)),
  }
}

/** Routes of connections rather than requests. */
export const streamKinds: readonly RouteKind[] = [
  streamKind('TLSRoute', 'tcp'),
  streamKind('TCPRoute', 'tcp'),
  streamKind('UDPRoute', 'udp'),
]
