import type { KubeObject } from '#api'
import type { Random } from '../fuzz/http1-generate.ts'
import { generateClientPolicy } from './generate-client-policy.ts'
import { generateSecurityPolicy, secrets } from './generate-security-policy.ts'
import { directResponses, type Part, type Style, times } from './generate-table.ts'
import { generateAnswer, generateTrafficPolicy } from './generate-traffic-policy.ts'

/** Policies for the Gateway, its listener, routes and rules, and the filters that rules of the table name. */
export function generatePolicies(random: Random, routes: readonly KubeObject[], style: Style): KubeObject[] {
  const some = (
    kind: string,
    most: number,
    generate: (random: Random, style: Style) => Part,
    target = generateTarget,
  ) =>
    times(random.below(most + 1), (i) =>
      policy(kind, `p${i}`, {
        targetRefs: [target(random, routes)],
        ...(kind === 'BackendTrafficPolicy' && random.below(5) === 0 && { mergeType: 'StrategicMerge' }),
        ...generate(random, style),
      }),
    )
  return [
    ...Object.entries(secrets).map(([name, stringData]) => secret(name, stringData)),
    ...directResponses.map((name) => policy('HTTPRouteFilter', name, { directResponse: generateAnswer(random) })),
    ...some('BackendTrafficPolicy', 4, generateTrafficPolicy),
    ...some('SecurityPolicy', 3, generateSecurityPolicy),
    ...some('ClientTrafficPolicy', 1, generateClientPolicy, ofGateway),
  ]
}

function secret(name: string, stringData: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' }, stringData } as KubeObject
}

function policy(kind: string, name: string, spec: Part): KubeObject {
  const metadata = { name, namespace: 'default', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' }
  return { apiVersion: 'gateway.envoyproxy.io/v1alpha1', kind, metadata, spec } as KubeObject
}

function generateTarget(random: Random, routes: readonly KubeObject[]): Part {
  if (random.below(6) === 0) return ofGateway(random)
  const route = random.pick(routes)
  const { rules } = route.spec as { readonly rules: readonly { readonly name: string }[] }
  return {
    group: 'gateway.networking.k8s.io',
    kind: 'HTTPRoute',
    name: route.metadata.name,
    ...(random.below(2) === 0 && { sectionName: random.pick(rules).name }),
  }
}

function ofGateway(random: Random): Part {
  const section = random.below(2) === 0 ? { sectionName: 'http' } : {}
  return { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw', ...section }
}
