import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  applyDelta,
  type Changes,
  defaultClientSettings,
  emptySnapshot,
  type Listener,
  partOf,
  type Route,
  type Snapshot,
  type SnapshotDelta,
} from '#ir'
import { Secret } from '#kit/secret.ts'
import { type Collection, collections, type Item, keyOfItem } from './collections.ts'
import { deltaOf } from './received-update.ts'
import { SnapshotSplitter } from './snapshot-splitter.ts'

/** The same numbers for the same seed, so that a failure can be seen again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const gateways = ['a/one', 'a/two', 'b/one']

function listener(key: string, certificates: readonly string[]): Listener {
  return {
    key,
    gateway: key.split('/').slice(0, 2).join('/'),
    origin: { kind: 'Gateway', namespace: 'a', name: 'one' },
    addresses: [],
    port: 443,
    protocol: 'https',
    hostname: '',
    tls: { mode: 'terminate', certificates },
    client: defaultClientSettings,
  }
}

function route(key: string, on: string, backends: readonly string[], mirror: string | undefined, mark: number): Route {
  return {
    key,
    listener: on,
    origin: { kind: 'HTTPRoute', namespace: 'a', name: key },
    rule: mark,
    createdAt: '',
    hostnames: [''],
    matches: [],
    filters: mirror === undefined ? [] : [{ kind: 'requestMirror', ...{ backend: mirror } }],
    action: {
      kind: 'forward',
      timeouts: { requestMs: 0, backendRequestMs: 0 },
      to: backends.map((backend) => ({ kind: 'backend', backend, weight: 1, filters: [] })),
    },
  }
}

/** A random step: what is put may be new, changed or on another listener; references may lead nowhere. */
function randomDelta(before: Snapshot, below: (n: number) => number): SnapshotDelta {
  const backends = Array.from({ length: 6 }, (_, i) => `Service/x/s${i}/80`)
  const certificates = ['x/c0', 'x/c1', 'x/c2']
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const make: { [C in Collection]: () => Item<C> } = {
    listeners: () => listener(`${pick(gateways)}/l${below(2)}`, [pick(certificates), pick(certificates)]),
    routes: () =>
      route(
        `HTTPRoute/x/r${below(12)}/0`,
        `${pick(gateways)}/l${below(2)}`,
        [pick(backends), pick(backends)],
        below(3) === 0 ? pick(backends) : undefined,
        below(100),
      ),
    streams: () => ({
      key: `TCPRoute/x/t${below(4)}/0`,
      listener: `${pick(gateways)}/l${below(2)}`,
      origin: { kind: 'TCPRoute', namespace: 'x', name: 't' },
      rule: below(9),
      createdAt: '',
      serverNames: [''],
      to: [{ kind: 'backend', backend: pick(backends), weight: 1, filters: [] }],
    }),
    backends: () => ({
      key: pick(backends),
      origin: { kind: 'Service', namespace: 'x', name: 's' },
      port: below(9_000),
      protocol: 'http1',
      connectTimeoutMs: 5_000,
    }),
    endpoints: () => ({
      backend: pick(backends),
      endpoints: [{ kind: 'ip', address: `10.0.0.${below(250)}`, port: 80 }],
    }),
    certificates: () => ({
      key: pick(certificates),
      chain: `chain ${below(99)}`,
      privateKey: new Secret(`key ${below(99)}`),
      names: [],
    }),
  }
  const changes = (collection: Collection): Changes<never, never> => {
    const put = new Map(
      Array.from({ length: below(4) }, () => make[collection]()).map((item) => [keyOfItem(item), item]),
    )
    const gone = before[collection].map(keyOfItem).filter((key) => !put.has(key) && below(5) === 0)
    return { put: [...put.values()] as never[], delete: gone as never[] }
  }
  const entries = collections.map((collection) => [collection, changes(collection)])
  return { version: 0, ...Object.fromEntries(entries) } as SnapshotDelta
}

test('a proxy that is fed by slices has the slice of the whole, after any steps, however many it missed', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const below = randomFrom(seed)
    const splitter = new SnapshotSplitter(randomBytes(32))
    let whole = emptySnapshot
    const proxies = gateways.map((gateway) => ({ gateway, version: 0, snapshot: emptySnapshot }))
    for (let version = 1; version <= 120; version++) {
      const delta = randomDelta(whole, below)
      whole = applyDelta(whole, delta)
      splitter.apply(delta, version)
      for (const proxy of proxies) {
        // Some are slow and take several steps as one.
        if (below(3) > 0 && version < 120) continue
        const slice = splitter.slice(proxy.gateway)
        const lists = slice.since(proxy.version) ?? slice.differing({})
        proxy.snapshot = applyDelta(proxy.snapshot, deltaOf(lists, proxy.snapshot))
        proxy.version = version
        assert.deepEqual(
          revealed(proxy.snapshot),
          revealed(partOf(whole, (one) => one === proxy.gateway)),
          `seed ${seed}, ${version}`,
        )
      }
    }
  }
})

/** Secrets compare equal whatever they hold. */
function revealed(snapshot: Snapshot): unknown {
  const certificates = snapshot.certificates.map((one) => ({ ...one, privateKey: one.privateKey.reveal() }))
  return { ...snapshot, certificates }
}

test('equal content has equal hashes, whatever way it went', () => {
  const key = randomBytes(32)
  const below = randomFrom(7)
  const walked = new SnapshotSplitter(key)
  let whole = emptySnapshot
  for (let version = 1; version <= 60; version++) {
    const delta = randomDelta(whole, below)
    whole = applyDelta(whole, delta)
    walked.apply(delta, version)
  }
  const fresh = new SnapshotSplitter(key)
  fresh.apply(
    {
      version: 1,
      ...Object.fromEntries(collections.map((one) => [one, { put: whole[one], delete: [] }])),
    } as SnapshotDelta,
    1,
  )
  for (const gateway of gateways) {
    assert.deepEqual(fresh.slice(gateway).hashes, walked.slice(gateway).hashes)
    const none = fresh.slice(gateway).differing(walked.slice(gateway).hashes)
    assert.ok(collections.every((one) => !none[one].whole && none[one].put.length === 0))
  }
})

test('the log stays small under endless changes, and who is too far behind gets whole lists', () => {
  const splitter = new SnapshotSplitter(randomBytes(32))
  const put = (rule: number): SnapshotDelta =>
    ({
      version: 0,
      ...Object.fromEntries(collections.map((one) => [one, { put: [], delete: [] }])),
      routes: { put: [route('r', 'a/one/l', [], undefined, rule)], delete: [] },
    }) as unknown as SnapshotDelta
  for (let version = 1; version <= 5_000; version++) splitter.apply(put(version), version)
  const slice = splitter.slice('a/one')
  assert.equal(slice.since(1), undefined)
  assert.deepEqual(
    slice.since(4_990)?.routes.put.map((one) => 'rule' in one && one.rule),
    [5_000],
  )
})
