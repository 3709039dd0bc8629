import type { GRPCRoute, HTTPRoute, KubeObject, ParentReference } from '#api'
import { translateGrpcRule } from './grpc-rule.ts'
import { translateHttpRule } from './http-rule.ts'
import { gatewayGroup } from './protocols.ts'
import type { RuleModel, RuleScope } from './rule.ts'
import type { Kind } from './store.ts'
import { streamKinds } from './stream-kinds.ts'

/** What differs between kinds of routes; attachment, hostnames, references and statuses are the same for all. */
export interface RouteKind {
  readonly kind: Kind
  readonly group: string
  readonly carries: 'http' | 'grpc' | 'stream'
  hostnames(route: KubeObject): readonly string[]
  parentRefs(route: KubeObject): readonly ParentReference[]
  rules(route: KubeObject, scope: RuleScope): readonly RuleModel[]
}

// The store keeps objects by kind: what comes out under 'HTTPRoute' is one.
const httpRoute: RouteKind = {
  kind: 'HTTPRoute',
  group: gatewayGroup,
  carries: 'http',
  hostnames: (route) => (route as HTTPRoute).spec.hostnames ?? [],
  parentRefs: (route) => (route as HTTPRoute).spec.parentRefs ?? [],
  rules: (route, scope) =>
    ((route as HTTPRoute).spec.rules ?? []).map((rule, index) => translateHttpRule(rule, index, scope)),
}

const grpcRoute: RouteKind = {
  kind: 'GRPCRoute',
  group: gatewayGroup,
  carries: 'grpc',
  hostnames: (route) => (route as GRPCRoute).spec.hostnames ?? [],
  parentRefs: (route) => (route as GRPCRoute).spec.parentRefs ?? [],
  rules: (route, scope) =>
    ((route as GRPCRoute).spec.rules ?? []).map((rule, index) => translateGrpcRule(rule, index, scope)),
}

export const routeKinds: readonly RouteKind[] = [httpRoute, grpcRoute, ...streamKinds]
