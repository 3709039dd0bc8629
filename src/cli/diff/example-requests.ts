import { type FieldMatch, findMismatch, type HttpMatch, type Listener, type Route, type Snapshot } from '#ir'
import { findRegexExample } from '#kit/regex-example.ts'
import { type AskedRequest, rankHostname } from '../explain-request.ts'
import type { DiffSide, ExampleRequest } from './diff-section.ts'
import { followExample } from './follow-example.ts'

/** Each is followed through both states; more than this is more than a person reads. */
const mostExamples = 500

export interface Examples {
  readonly examples: readonly ExampleRequest[]
  /** How many more there would be. */
  readonly left: number
}

/**
 * A request for each match of both sides that a difference may concern, and what it meets there. A match whose regular
 * expressions have no example that is easily found has none.
 */
export function exampleRequests(before: DiffSide, after: DiffSide): Examples {
  const concerns = concernedBy(before.snapshot, after.snapshot)
  const examples = new Map<string, ExampleRequest>()
  let left = 0
  for (const { listener, host, ...example } of matchesOf([after.snapshot, before.snapshot])) {
    const { route, match, hostname } = example
    const request = requestFor(match, route, listener, host)
    if (!request || !concerns(request, route)) continue
    const { kind, namespace, name } = route.origin
    const identity = JSON.stringify([listener.key, kind, namespace, name, hostname, match])
    if (examples.has(identity)) continue
    if (examples.size >= mostExamples) {
      left++
      continue
    }
    const outcomes = {
      before: followExample(example, request, before.snapshot),
      after: followExample(example, request, after.snapshot),
    }
    examples.set(identity, { request, ...example, ...outcomes })
  }
  return { examples: [...examples.values()], left }
}

function* matchesOf(snapshots: readonly Snapshot[]) {
  for (const snapshot of snapshots) {
    const listeners = new Map(snapshot.listeners.map((listener) => [listener.key, listener]))
    for (const route of snapshot.routes) {
      const listener = listeners.get(route.listener)
      if (!listener || (listener.protocol !== 'http' && listener.protocol !== 'https')) continue
      for (const hostname of route.hostnames) {
        const host = hostOf(hostname === '' ? listener.hostname : hostname)
        for (const match of route.matches) yield { route, match, hostname, listener, host }
      }
    }
  }
}

/** `GET https://shop.example.com:8443/cart?a=b -H 'x-version: 2'`. */
export function describeRequest({ method, scheme, host, port, path, query, headers }: AskedRequest): string {
  const usual = port === (scheme === 'https' ? 443 : 80)
  const search = query.size === 0 ? '' : `?${new URLSearchParams([...query])}`
  const fields = [...headers].map(([name, value]) => ` -H '${name}: ${value}'`).join('')
  return `${method} ${scheme}://${host}${usual ? '' : `:${port}`}${path}${search}${fields}`
}

/** Nothing changes for a request that meets no route and no listener that differ. */
function concernedBy(before: Snapshot, after: Snapshot): (request: AskedRequest, made: Route) => boolean {
  const listeners = differing(before.listeners, after.listeners)
  const routes = differing(before.routes, after.routes)
  const keys = new Set(routes.map(({ key }) => key))
  const ports = new Map([...before.listeners, ...after.listeners].map(({ key, port }) => [key, port]))
  return (request, made) =>
    keys.has(made.key) ||
    listeners.some(({ port, hostname }) => port === request.port && rankHostname(hostname, request.host) >= 0) ||
    routes.some(
      (route) =>
        ports.get(route.listener) === request.port &&
        route.hostnames.some((hostname) => rankHostname(hostname, request.host) >= 0) &&
        route.matches.some((match) => findMismatch(match, request, route) === undefined),
    )
}

function differing<T extends { readonly key: string }>(before: readonly T[], after: readonly T[]): readonly T[] {
  const texts = (list: readonly T[]) => new Map(list.map((one) => [one.key, JSON.stringify(one)]))
  const [old, fresh] = [texts(before), texts(after)]
  return [
    ...before.filter(({ key }) => old.get(key) !== fresh.get(key)),
    ...after.filter(({ key }) => old.get(key) !== fresh.get(key)),
  ]
}

function hostOf(hostname: string): string {
  if (hostname === '') return 'example.com'
  return hostname.startsWith('*.') ? `any${hostname.slice(1)}` : hostname
}

function requestFor(match: HttpMatch, route: Route, listener: Listener, host: string): AskedRequest | undefined {
  const path = pathOf(match)
  const headers = fieldsOf(match.headers)
  const query = fieldsOf(match.query)
  if (path === undefined || !headers || !query) return undefined
  if (route.grpc) headers.set('content-type', 'application/grpc')
  const method = match.method ?? (route.grpc ? 'POST' : 'GET')
  const scheme = listener.protocol === 'https' ? 'https' : 'http'
  return { method, scheme, host, port: listener.port, path, query, headers }
}

function pathOf({ path: { kind, value } }: HttpMatch): string | undefined {
  if (kind === 'regex') return findRegexExample(value)
  return kind === 'method' ? `/example.Service/${value}` : value
}

function fieldsOf(matches: readonly FieldMatch[]): Map<string, string> | undefined {
  const fields = new Map<string, string>()
  for (const { name, kind, value } of matches) {
    const text = kind === 'exact' ? value : findRegexExample(value)
    if (text === undefined) return undefined
    fields.set(name, text)
  }
  return fields
}
