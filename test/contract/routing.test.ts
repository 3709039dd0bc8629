import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AskedRequest, explainRequest } from '#cli'
import { defaultClientSettings, emptySnapshot, type HttpMatch, type Listener, type Route, type Snapshot } from '#ir'
import { Question } from '../../src/proxy/route/match-list.ts'
import { PortTable } from '../../src/proxy/route/port-table.ts'

/** The compiled tables of the embedded plane must decide as the plain reading of the rules does, which `explain` shows. */

function random(seed: number) {
  let state = seed * 2654435761
  const draw = (n: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % n
  }
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)]!
  return { draw, pick }
}
type Random = ReturnType<typeof random>

const hostnames = ['', '*.com', '*.a.com', 'x.a.com', 'y.a.com', '*.x.a.com', 'b.org']
const hosts = ['x.a.com', 'y.a.com', 'z.x.a.com', 'a.com', 'com', 'b.org', 'c.org', 'q.com']
const paths = ['/', '/a', '/a/b', '/a/b/c', '/ab', '/a/', '/b']

function drawMatch({ draw, pick }: Random): HttpMatch {
  const kind = pick(['exact', 'prefix', 'prefix', 'regex'] as const)
  const value =
    kind === 'regex'
      ? pick(['/a.*', '/[ab]', '/a/b/?'])
      : kind === 'prefix'
        ? pick(['/', '/a', '/a/b', '/b'])
        : pick(paths)
  const fields = (names: readonly string[]) =>
    names
      .filter(() => draw(4) === 0)
      .map((name) => ({ name, kind: pick(['exact', 'regex'] as const), value: pick(['1', '2']) }))
  return {
    path: { kind, value },
    ...(draw(4) === 0 && { method: pick(['GET', 'POST']) }),
    headers: fields(['h1', 'h2']),
    query: fields(['q1', 'q2']),
  }
}

function drawRoute(random: Random, listeners: readonly Listener[], index: number): Route {
  const { draw, pick } = random
  const listener = pick(listeners).key
  const name = `r${draw(6)}`
  return {
    key: `HTTPRoute/ns/${name}/${index}@${listener}`,
    listener,
    origin: { kind: 'HTTPRoute', namespace: 'ns', name },
    rule: index,
    createdAt: pick(['', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z']),
    hostnames: [...new Set([pick(hostnames), pick(hostnames)])].sort(),
    matches: Array.from({ length: 1 + draw(3) }, () => drawMatch(random)),
    filters: [],
    action: { kind: 'respond', status: 200, why: '' },
  }
}

function drawRequest({ draw, pick }: Random): AskedRequest {
  const fields = (names: readonly string[]) =>
    new Map(names.filter(() => draw(2) === 0).map((name) => [name, pick(['1', '2', '12'])]))
  return {
    method: pick(['GET', 'POST', 'PUT']),
    scheme: 'http',
    host: pick(hosts),
    port: 80,
    path: pick(paths),
    headers: fields(['h1', 'h2']),
    query: fields(['q1', 'q2']),
  }
}

function decide(ports: PortTable<string>, request: AskedRequest): string {
  const listener = ports.listenerFor(request.host)
  if (listener === undefined) return 'no listener'
  const query = [...request.query].map(([name, value]) => `${name}=${value}`).join('&')
  const question = new Question(request.method, [...request.headers].flat(), query)
  const found = listener.find(request.host, { path: request.path, query, suspect: undefined }, question)
  return typeof found === 'string' ? found : found.target
}

function explained(snapshot: Snapshot, request: AskedRequest): string {
  const { listener, route } = explainRequest(snapshot, request)
  if (listener === undefined) return 'no listener'
  return route === undefined ? 'no route' : `${route.route.name} ${route.rule} ${listener.key}`
}

test('the embedded plane routes as explain says, also after routes were replaced and deleted', () => {
  let routed = 0
  for (let seed = 1; seed <= 60; seed++) {
    const dice = random(seed)
    const listeners = [...new Set(Array.from({ length: 3 }, () => dice.pick(hostnames)))].map(
      (hostname): Listener => ({
        key: `ns/gw/l${hostname}`,
        gateway: 'ns/gw',
        origin: { kind: 'Gateway', namespace: 'ns', name: 'gw' },
        addresses: [],
        port: 80,
        protocol: 'http',
        hostname,
        client: defaultClientSettings,
      }),
    )
    const ports = new PortTable<string>()
    for (const listener of listeners) ports.put(listener)
    const routes = new Map<string, Route>()
    for (let step = 0; step < 40; step++) {
      const route = drawRoute(dice, listeners, dice.draw(12))
      if (dice.draw(4) === 0) {
        routes.delete(route.key)
        ports.get(route.listener)!.delete(route.key)
      } else {
        routes.set(route.key, route)
        ports.get(route.listener)!.put(route, `${route.origin.name} ${route.rule} ${route.listener}`)
      }
      const snapshot = { ...emptySnapshot, listeners, routes: [...routes.values()] }
      for (let question = 0; question < 8; question++) {
        const request = drawRequest(dice)
        const answer = decide(ports, request)
        assert.equal(answer, explained(snapshot, request), `seed ${seed}, step ${step}: ${JSON.stringify(request)}`)
        if (!answer.startsWith('no ')) routed++
      }
    }
  }
  assert.ok(routed > 1000, `only ${routed} requests found a route`)
})
