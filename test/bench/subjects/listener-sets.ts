import type { BenchRoute, Plan } from '../routes.ts'
import { buildRoute, buildService, type Manifests } from './headgate.ts'

/** A ListenerSet for each team, in a file with the team's routes and services; `app-1.team-7.example.com` is team-7's. */
export const listenerSets: Manifests = { gateway: buildGateway, files: buildFiles }

function buildGateway(port: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: headgate }
spec: { controllerName: headgate.dev/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: bench }
spec:
  gatewayClassName: headgate
  allowedListeners: { namespaces: { from: Same } }
  listeners: [{ name: http, protocol: HTTP, port: ${port}, hostname: bench.example.com }]
`
}

function buildFiles(plan: Plan, port: number): Map<string, string> {
  const teams = Map.groupBy(plan.routes, ({ hostname }) => hostname.split('.')[1]!)
  return new Map([...teams].map(([team, routes]) => [`${team}.yaml`, buildTeam(team, routes, plan.services, port)]))
}

function buildTeam(team: string, routes: readonly BenchRoute[], services: readonly number[], port: number): string {
  const used = new Set(routes.flatMap(({ rules }) => rules.map(({ service }) => service)))
  return [
    buildSet(team, port),
    ...[...used].map((index) => buildService(services[index]!, index)),
    ...routes.map((route) => buildRoute(route, `{ kind: ListenerSet, name: ${team} }`)),
  ].join('---\n')
}

function buildSet(team: string, port: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: { name: ${team} }
spec:
  parentRef: { name: bench }
  listeners: [{ name: http, protocol: HTTP, port: ${port}, hostname: "*.${team}.example.com" }]
`
}
