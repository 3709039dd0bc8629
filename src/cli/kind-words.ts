import type { KubeObject } from '#api'
import { UsageError } from './errors.ts'
import { suggestWord } from './suggest.ts'

type Filter = (object: KubeObject) => boolean

const kinds: Readonly<Record<string, readonly string[]>> = {
  GatewayClass: ['gatewayclasses', 'gatewayclass', 'gc'],
  Gateway: ['gateways', 'gateway', 'gtw', 'gw'],
  ListenerSet: ['listenersets', 'listenerset', 'lset'],
  HTTPRoute: ['httproutes', 'httproute'],
  GRPCRoute: ['grpcroutes', 'grpcroute'],
  TLSRoute: ['tlsroutes', 'tlsroute'],
  TCPRoute: ['tcproutes', 'tcproute'],
  UDPRoute: ['udproutes', 'udproute'],
}

const isRoute: Filter = ({ kind }) => kind.endsWith('Route')
const isPolicy: Filter = ({ kind }) => kind.endsWith('Policy')

/** The words that stand for more than one kind or are used most. */
export const kindWords: readonly string[] = ['gateways', 'gatewayclasses', 'listenersets', 'routes', 'policies']

const groups: Readonly<Record<string, Filter>> = {
  routes: isRoute,
  route: isRoute,
  policies: isPolicy,
  policy: isPolicy,
  all: (object) => kinds[object.kind] !== undefined || isRoute(object) || isPolicy(object),
}

/** Which objects `headgate get WORD` is about; plural, singular and short names as kubectl has them. */
export function parseKindWord(written = 'all'): Filter {
  // `httproutes.gateway.networking.k8s.io` is the whole name of it.
  const word = written.toLowerCase().replace(/\.gateway\.networking\.k8s\.io$/, '')
  const group = groups[word]
  if (group) return group
  const kind = Object.keys(kinds).find((one) => kinds[one]?.includes(word))
  if (kind !== undefined) return (object) => object.kind === kind
  // Kinds of policies are many, and more come.
  if (/polic(y|ies)$/.test(word)) return (object) => object.kind.toLowerCase() === word.replace(/ies$/, 'y')
  const known = [...Object.keys(groups), ...Object.values(kinds).flat()]
  const near = suggestWord(word, known)
  throw new UsageError(
    `"${written}" is no kind that is listed here; ${near ? `did you mean ${near}?` : `there are ${kindWords.join(', ')}`}`,
  )
}
