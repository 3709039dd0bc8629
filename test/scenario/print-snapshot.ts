import { X509Certificate } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { Document, isPair, visit } from 'yaml'
import {
  defaultClientSettings,
  defaultConnectTimeoutMs,
  endpointKey,
  type FieldMatch,
  type FilterNode,
  type Forward,
  type HttpMatch,
  type Listener,
  type Route,
  type Snapshot,
  type StreamRoute,
  type WeightedBackend,
} from '#ir'

/**
 * A snapshot for eyes: only what differs from defaults, matches and backends in a line each, and nothing that `usual`
 * (the snapshot of every scenario's base) has as well. '' when nothing is left.
 */
export function printSnapshot(snapshot: Snapshot, usual: Snapshot): string {
  const listeners = unusual(snapshot.listeners, usual.listeners, (one) => one.key)
  const backends = unusual(snapshot.backends, usual.backends, (one) => one.key)
  const endpoints = unusual(snapshot.endpoints, usual.endpoints, (one) => one.backend)
  const said = {
    listeners: byKey(listeners, (one) => one.key, printListener),
    routes: byKey(snapshot.routes, (one) => one.key, printRoute),
    streams: byKey(snapshot.streams, (one) => one.key, printStream),
    backends: byKey(
      backends,
      (one) => one.key,
      ({ key: _key, origin: _origin, port: _port, protocol, connectTimeoutMs, ...rest }) => ({
        protocol: protocol === 'http1' ? undefined : protocol,
        connectTimeoutMs: connectTimeoutMs === defaultConnectTimeoutMs ? undefined : connectTimeoutMs,
        ...rest,
      }),
    ),
    endpoints: byKey(
      endpoints,
      (one) => one.backend,
      (set) => set.endpoints.map(endpointKey),
    ),
    certificates: byKey(
      snapshot.certificates,
      (one) => one.key,
      ({ names }) => ({ names }),
    ),
  }
  return toCompactYaml(withoutEmpty(said))
}

function unusual<T>(all: readonly T[], usual: readonly T[], key: (one: T) => string): T[] {
  const known = new Map(usual.map((one) => [key(one), one]))
  return all.filter((one) => !isDeepStrictEqual(one, known.get(key(one))))
}

function byKey<T>(all: readonly T[], key: (one: T) => string, print: (one: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(all.map((one) => [key(one), print(one)]))
}

function printListener({ key: _key, gateway: _gateway, origin: _origin, client, ...rest }: Listener): unknown {
  const defaults: Readonly<Record<string, unknown>> = { ...defaultClientSettings }
  return { ...rest, client: Object.fromEntries(Object.entries(client).filter(([k, value]) => value !== defaults[k])) }
}

function printRoute({ hostnames, matches, filters, action, ruleName, grpc }: Route): unknown {
  const every = matches.map(printMatch)
  return {
    ruleName,
    grpc,
    hostnames: hostnames.length === 1 && hostnames[0] === '' ? [] : hostnames,
    matches: every.length === 1 && every[0] === 'prefix /' ? [] : every,
    filters,
    ...(action.kind === 'forward' ? printForward(action) : { respond: `${action.status} ${action.why}` }),
  }
}

function printStream({ ruleName, serverNames, to, admit }: StreamRoute): unknown {
  return {
    ruleName,
    serverNames: serverNames.length === 1 && serverNames[0] === '' ? [] : serverNames,
    to: to.map(printShare),
    admit,
  }
}

function printForward({ to, timeouts, retry, session }: Forward): Record<string, unknown> {
  const times = Object.fromEntries(Object.entries(timeouts).filter(([, ms]) => ms !== 0))
  return {
    forward: to.map(printShare),
    timeouts: times,
    retry,
    session,
  }
}

function printShare(share: WeightedBackend): unknown {
  const what = share.kind === 'backend' ? share.backend : `broken ${share.status} ${share.why}`
  const line = share.weight === 1 ? what : `${what} weight ${share.weight}`
  const filters: readonly FilterNode[] = share.kind === 'backend' ? share.filters : []
  return filters.length === 0 ? line : { to: line, filters }
}

function printMatch({ path, method, headers, query }: HttpMatch): string {
  const field = (sort: string) => (one: FieldMatch) =>
    `${sort} ${one.name} ${one.kind === 'exact' ? '=' : '~'} ${one.value}`
  const parts = [`${path.kind} ${path.value}`, method ?? [], headers.map(field('header')), query.map(field('query'))]
  return parts.flat().join(', ')
}

/** Drops what is undefined, false or empty, all the way down. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('-----BEGIN CERTIFICATE')) return subjectsOf(value)
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value)
    .map(([key, inner]) => [key, withoutEmpty(inner)] as const)
    .filter(([, inner]) => inner !== undefined && inner !== false && inner !== '' && !isEmpty(inner))
  return Object.fromEntries(kept)
}

/** PEM is nothing for eyes. */
function subjectsOf(pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return `certificates of ${blocks.map((block) => new X509Certificate(block).subject).join(' and ')}`
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

const lineWidth = 120

/** YAML whose short collections stand on one line. */
/** Sections and their entries on lines of their own, the rest in flow style where it fits. */
export function toCompactYaml(value: unknown): string {
  if (isEmpty(value)) return ''
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Collection(_position, node, path) {
      // The top and its sections keep a line for each entry.
      if (path.length < 4) return
      const parent = path.at(-1)
      const before = path.length + (isPair(parent) ? String(parent.key).length : 0)
      if (before + JSON.stringify(node.toJSON()).length < lineWidth) node.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
