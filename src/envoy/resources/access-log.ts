import type { Listener, Origin, Route } from '#ir'
import { type Message, typed } from '../message.ts'
import type { TcpListener } from './listeners.ts'
import { tcpProxyName } from './names.ts'
import type { Socket } from './sockets.ts'

/** What Envoy writes about requests and connections: a line of JSON each, on its standard output. */
export interface EnvoyAccessLog {
  /** Names of `envoyLogFields`; others are left out. */
  readonly fields: readonly string[]
  /** Share that is written, 0 to 1. Answers of 5xx, and what is like them in gRPC, are always written. */
  readonly sample: number
}

const metadata = 'headgate'
const ofRoute = (key: string) => `%METADATA(ROUTE:${metadata}:${key})%`

/** The fields of our own access log in Envoy's words. What Envoy knows no value of is left out of the line. */
export const envoyLogFields: Readonly<Record<string, string>> = {
  time: '%EMIT_TIME(%Y-%m-%dT%H:%M:%E3SZ)%',
  client: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  method: '%REQ(:METHOD)%',
  authority: '%REQ(:AUTHORITY)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  status: '%RESPONSE_CODE%',
  grpcStatus: '%GRPC_STATUS_NUMBER%',
  why: '%RESPONSE_CODE_DETAILS%',
  failure: '%RESPONSE_FLAGS%',
  durationMs: '%DURATION%',
  bytesIn: '%BYTES_RECEIVED%',
  bytesOut: '%BYTES_SENT%',
  gateway: '',
  listener: ofRoute('listener'),
  route: ofRoute('route'),
  rule: ofRoute('rule'),
  backend: '%UPSTREAM_CLUSTER_RAW%',
  endpoint: '%UPSTREAM_HOST%',
  tries: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
  userAgent: '%REQ(USER-AGENT)%',
  sni: '%REQUESTED_SERVER_NAME%',
}

/** Only requests have these. */
const ofRequests: ReadonlySet<string> = new Set([
  ...['method', 'authority', 'path', 'protocol', 'status', 'grpcStatus', 'listener', 'route', 'rule', 'tries'],
  ...['userAgent', 'why'],
])

/** What the lines of a listener say that Envoy itself does not know. */
type Known = Readonly<Partial<Record<'gateway' | 'listener' | 'route' | 'rule' | 'protocol', string | number>>>

/** @param known goes before Envoy's words */
function buildLog({ fields, sample }: EnvoyAccessLog, carries: 'requests' | 'connections', known: Known): Message {
  const values = fields.flatMap((name): [string, string | number][] => {
    const said = known[name as keyof Known]
    if (said !== undefined) return [[name, typeof said === 'string' ? said.replaceAll('%', '%%') : said]]
    const word = carries === 'connections' && ofRequests.has(name) ? '' : envoyLogFields[name]
    return word ? [[name, word]] : []
  })
  return {
    name: 'headgate',
    ...(sample < 1 && { filter: buildSample(sample) }),
    typed_config: typed('envoy.extensions.access_loggers.stream.v3.StdoutAccessLog', {
      log_format: { json_format: Object.fromEntries(values), omit_empty_values: true },
    }),
  }
}

const perMillion = 1_000_000
const key = 'headgate.access_log'

function buildSample(share: number): Message {
  const sampled = {
    runtime_key: `${key}.sample`,
    percent_sampled: { numerator: Math.round(share * perMillion), denominator: 'MILLION' },
    use_independent_randomness: true,
  }
  const failed = { comparison: { op: 'GE', value: { default_value: 500, runtime_key: `${key}.status` } } }
  const statuses = ['UNKNOWN', 'DEADLINE_EXCEEDED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS']
  // Of what is no gRPC Envoy takes the status for one, and 200 for UNKNOWN.
  const isGrpc = { header_filter: { header: { name: 'content-type', string_match: { prefix: 'application/grpc' } } } }
  const failedCall = { and_filter: { filters: [isGrpc, { grpc_status_filter: { statuses } }] } }
  const filters = [{ status_code_filter: failed }, failedCall, { runtime_filter: sampled }]
  return { or_filter: { filters } }
}

const managerType = 'http_connection_manager.v3.HttpConnectionManager'

/** @param streams whom the connections of a listener belong to, by the key of the listener or of the route */
export function logTcpListener(
  { listener, extensions }: TcpListener,
  socket: Socket,
  streams: readonly {
    readonly key: string
    readonly listener: string
    readonly origin: Origin
    readonly rule: number
  }[],
  log: EnvoyAccessLog,
): TcpListener {
  const known = knownOf(socket.listeners)
  const requests = buildLog(log, 'requests', known)
  const chains = listOf(listener.filter_chains).map((chain) => ({
    ...chain,
    filters: listOf(chain.filters).map((filter) => withLog(filter, managerType, requests)),
  }))
  return {
    listener: { ...listener, filter_chains: chains },
    extensions: extensions.map((extension) => {
      const name = String(extension.name)
      const stream = streams.find(({ key: own }) => isNamed(name, socket, own))
      const at = stream?.listener ?? socket.listeners.find(({ key: own }) => isNamed(name, socket, own))?.key
      const own = socket.listeners.find((one) => one.key === at)
      const more = {
        ...known,
        ...(own && { listener: own.key, protocol: own.tls ? 'tls' : 'tcp' }),
        ...routeOf(stream),
      }
      return withLog(extension, 'tcp_proxy.v3.TcpProxy', buildLog(log, 'connections', more))
    }),
  }
}

function isNamed(name: string, { name: socket }: Socket, key: string): boolean {
  const own = tcpProxyName(socket, key)
  return name === own || name.startsWith(`${own}/`)
}

/** @param stream the route that has the socket */
export function logUdpListener(
  listener: Message,
  { listeners }: Socket,
  stream: { readonly origin: Origin; readonly rule: number } | undefined,
  log: EnvoyAccessLog,
): Message {
  const known = { ...knownOf(listeners), listener: listeners[0]?.key ?? '', protocol: 'udp', ...routeOf(stream) }
  const sessions = buildLog(log, 'connections', known)
  const filters = listOf(listener.listener_filters)
  return { ...listener, listener_filters: filters.map((one) => withLog(one, 'udp_proxy.v3.UdpProxyConfig', sessions)) }
}

/** What the lines say of the route: nothing that Envoy does by. */
export function logRoute(routes: readonly Message[], route: Route): readonly Message[] {
  const { rule, ruleName, listener } = route
  const said = { ...routeOf({ origin: route.origin, rule }), rule: ruleName ?? rule, listener }
  return routes.map((one) => ({ ...one, metadata: { filter_metadata: { [metadata]: said } } }))
}

function routeOf(route: { readonly origin: Origin; readonly rule: number } | undefined): Known {
  return route ? { route: `${route.origin.namespace}/${route.origin.name}`, rule: route.rule } : {}
}

function knownOf([first]: readonly Listener[]): Known {
  // A socket belongs to one Gateway.
  return first ? { gateway: first.gateway } : {}
}

function withLog(filter: Message, type: string, log: Message): Message {
  const config = filter.typed_config as (Message & { readonly '@type': string }) | undefined
  if (!config?.['@type'].endsWith(type)) return filter
  return { ...filter, typed_config: { ...config, access_log: [log] } }
}

function listOf(value: unknown): readonly Message[] {
  return Array.isArray(value) ? value : []
}
