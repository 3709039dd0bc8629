import type { EnvoyFilter, EnvoyFilterContext } from '#envoy'
import { envoyFilters } from '#features/envoy.ts'
import { defaultClientSettings, type FilterNode } from '#ir'

/** Any route: whether Envoy can do a node at all should not depend on more. */
const anywhere: EnvoyFilterContext = {
  listener: { port: 80, protocol: 'http', client: defaultClientSettings },
  route: '',
  // Whether there is a Redis is asked for every plane: see translatorFor.
  rateLimits: { name: '', cluster: {}, timeoutMs: 0, whenAway: 'open' },
  match: { path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
  cluster: (backend) => backend,
  authority: (backend) => backend,
}

/** Why Envoy can't do what a node asks for; undefined: it can. */
export function refusedByEnvoy(node: FilterNode): string | undefined {
  // The registry gives each kind its own node.
  const filter = (envoyFilters as Readonly<Record<string, EnvoyFilter<never>>>)[node.kind]
  const built = filter?.build(node as never, anywhere)
  return built && 'unsupported' in built ? built.unsupported : undefined
}
