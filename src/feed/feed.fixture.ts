import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  applyDelta,
  type Changes,
  defaultClientSettings,
  emptySnapshot,
  type Listener,
  noChange,
  type Route,
  type Snapshot,
  type SnapshotDelta,
} from '#ir'
import { Secret } from '#kit/secret.ts'
import { Authority, type AuthorityRecord, renewAuthorities } from './authority.ts'
import { FeedClient, type FeedClientOptions } from './feed-client.ts'
import { type FeedReport, FeedServer, type FeedServerOptions } from './feed-server.ts'

/** Gateways a/one and b/two, and the token of a proxy of each. */
export const tokens: Readonly<Record<string, string>> = { 'token-one': 'a/one', 'token-two': 'b/two' }

/** A controller's feed, with a cluster that knows the tokens above. */
export interface TestServer {
  readonly server: FeedServer
  readonly record: AuthorityRecord
  readonly authority: Authority
  readonly reports: Map<string, FeedReport>
  /** uids of the Gateways that there are. */
  readonly uids: Map<string, string>
  readonly reviewed: string[]
  /** Publishes changes to the snapshot of this server. */
  publish(changes: Partial<SnapshotDelta>): void
}

export async function startServer(
  options: Partial<FeedServerOptions> & { readonly record?: AuthorityRecord } = {},
): Promise<TestServer> {
  const record = options.record ?? (await renewAuthorities(undefined))
  const authority = options.authority ?? new Authority(record)
  const reports = new Map<string, FeedReport>()
  const uids = new Map([
    ['a/one', 'uid-1'],
    ['b/two', 'uid-2'],
  ])
  const reviewed: string[] = []
  const server = await FeedServer.start({
    authority,
    host: '127.0.0.1',
    port: 0,
    reviewToken: async (token) => {
      reviewed.push(token)
      return token in tokens ? { namespace: 'x', serviceAccount: token } : undefined
    },
    gatewayOf: ({ serviceAccount }) => tokens[serviceAccount],
    uidOf: (gateway) => uids.get(gateway),
    onReport: (gateway, report) => reports.set(gateway, report),
    onProblem: (message) => assert.fail(message),
    ...options,
  })
  server.lead(true)
  const publish = (changes: Partial<SnapshotDelta>) => void server.publish({ ...noChange, ...changes })
  return { server, record, authority, reports, uids, reviewed, publish }
}

/** A proxy whose workers only remember. */
export interface TestProxy {
  readonly client: FeedClient
  readonly applied: SnapshotDelta[]
  readonly log: string[]
  snapshot: Snapshot
  /** Makes each apply wait for it. */
  hold: Promise<void>
}

export function testProxy(
  ports: () => readonly number[],
  trust: () => string,
  options: Partial<FeedClientOptions> = {},
): TestProxy {
  const proxy: TestProxy = {
    client: new FeedClient({
      resolve: async () => ports().map((port) => ({ host: '127.0.0.1', port })),
      trust,
      token: () => 'token-one',
      gateway: 'a/one',
      proxy: 'pod-1',
      lastGood: undefined,
      async apply(delta, snapshot) {
        await proxy.hold
        assert.deepEqual(applyDelta(proxy.snapshot, delta), snapshot, 'the step leads to what it says')
        proxy.applied.push(delta)
        proxy.snapshot = snapshot
        return []
      },
      onLog: (line) => proxy.log.push(line),
      ...options,
    }),
    applied: [],
    log: [],
    snapshot: emptySnapshot,
    hold: Promise.resolve(),
  }
  return proxy
}

export async function until(what: () => boolean, message: () => string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(10)) if (what()) return
  assert.fail(message())
}

export function put<T>(...items: readonly T[]): Changes<T, string> {
  return { put: items, delete: [] }
}

export function listenerOf(gateway: string, certificates: readonly string[] = []): Listener {
  const [namespace = '', name = ''] = gateway.split('/')
  return {
    key: `${gateway}/l`,
    gateway,
    origin: { kind: 'Gateway', namespace, name },
    addresses: [],
    port: 443,
    protocol: certificates.length > 0 ? 'https' : 'http',
    hostname: '',
    ...(certificates.length > 0 && { tls: { mode: 'terminate', certificates } }),
    client: defaultClientSettings,
  }
}

export function routeOf(gateway: string, name: string, fields: Partial<Route> = {}): Route {
  const [namespace = ''] = gateway.split('/')
  return {
    key: `HTTPRoute/${namespace}/${name}/0@${gateway}/l`,
    listener: `${gateway}/l`,
    origin: { kind: 'HTTPRoute', namespace, name },
    rule: 0,
    createdAt: '',
    hostnames: [''],
    matches: [],
    filters: [],
    action: { kind: 'respond', status: 404, why: 'test' },
    ...fields,
  }
}

export function certificateOf(key: string, privateKey: string) {
  return { key, chain: 'chain', privateKey: new Secret(privateKey), names: [] }
}
