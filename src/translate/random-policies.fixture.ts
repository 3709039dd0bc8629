import type { KubeObject } from '#api'
import { ok } from '#kit/outcome.ts'
import { object } from './objects.fixture.ts'
import type { PolicySlice } from './policy-slice.ts'

interface Chance {
  pick<T>(choices: readonly T[]): T
  some<T>(choices: readonly T[]): T[]
}

const group = 'gateway.networking.k8s.io'

/** A policy of any kind on anything of the random world. */
export function randomPolicy(
  chance: Chance,
  namespace: string,
  metadata: Readonly<Record<string, unknown>>,
): KubeObject {
  const kind = chance.pick([
    'BackendTrafficPolicy',
    'BackendTrafficPolicy',
    'SecurityPolicy',
    'ClientTrafficPolicy',
  ] as const)
  const routes = kind === 'ClientTrafficPolicy' ? [] : ['r', 's', 't', 'u']
  const refs = [
    ...chance.some(['g', 'h']).map((name) => ({
      group,
      kind: 'Gateway',
      name,
      ...chance.pick([{}, { sectionName: 'l0' }, { sectionName: 'l9' }]),
    })),
    ...chance
      .some(['m', 'n'])
      .map((name) => ({ group, kind: 'ListenerSet', name, ...chance.pick([{}, { sectionName: 'l0' }]) })),
    ...chance
      .some(routes)
      .map((name) => ({ group, kind: 'HTTPRoute', name, ...chance.pick([{}, {}, { sectionName: 'one' }]) })),
  ]
  const selectors = chance
    .some(kind === 'ClientTrafficPolicy' ? ['Gateway'] : ['Gateway', 'HTTPRoute', 'ListenerSet'])
    .map((selected) => ({
      group,
      kind: selected,
      matchLabels: { tier: 'gold' },
      ...chance.pick([{}, { namespaces: { from: 'All' } }, { namespaces: { from: 'Selector', selector: {} } }]),
    }))
  const targets = chance.pick([
    { targetRefs: refs },
    { targetRefs: refs },
    { targetSelectors: selectors },
    { targetRef: refs[0] },
  ])
  const fields = {
    BackendTrafficPolicy: [{ mark: chance.pick(['1', '2']) }, { limit: chance.pick([1, 2]) }, { tries: 3 }],
    SecurityPolicy: [{ mark: 'guard' }, { secret: chance.pick(['cert', 'nowhere']) }],
    ClientTrafficPolicy: [{ hops: chance.pick([1, 2]) }, { mark: 'client' }],
  }[kind]
  const spec = {
    ...targets,
    ...chance.pick([{}, {}, { mergeType: 'StrategicMerge' }]),
    ...Object.assign({}, ...chance.some<object>(fields)),
    ...chance.pick([{}, {}, {}, {}, { unknown: 1 }]),
  }
  return object(
    'gateway.envoyproxy.io/v1alpha1',
    kind,
    `${namespace}/${chance.pick(['p', 'q', 'w'])}`,
    { spec },
    metadata,
  )
}

const marks: readonly PolicySlice[] = (
  ['BackendTrafficPolicy', 'SecurityPolicy', 'ClientTrafficPolicy', 'HTTPRouteFilter'] as const
).map((kind) => ({
  kind,
  fields: ['mark'],
  translate: ({ mark }: { mark: string }) => ok({ nodes: [{ kind: 'mark', mark } as never] }),
}))

/** What understands them. */
export const randomSlices: readonly PolicySlice[] = [
  ...marks,
  {
    kind: 'BackendTrafficPolicy',
    fields: ['limit'],
    refusedOn: { envoy: { limit: 'not on Envoy' } },
    translate: ({ limit }: { limit: number }) => ok({ backend: { breaker: { maxRequests: limit } } }),
  },
  {
    kind: 'BackendTrafficPolicy',
    fields: ['tries'],
    translate: ({ tries }: { tries: number }) =>
      ok({ forward: { retry: { attempts: tries, codes: [], backoffMs: 1 } } }),
  },
  {
    kind: 'SecurityPolicy',
    fields: ['secret'],
    translate({ secret }: { secret: string }, scope) {
      const found = scope.secret({ name: secret }, 'secret')
      return found.ok ? ok({ nodes: [{ kind: 'secret', keys: [...found.value.keys()] } as never] }) : found
    },
  },
  {
    kind: 'ClientTrafficPolicy',
    fields: ['hops'],
    translate: ({ hops }: { hops: number }) => ok({ listener: { client: { trustedHops: hops } } }),
  },
]
