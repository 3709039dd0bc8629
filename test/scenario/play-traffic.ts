import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backends } from './backends.ts'
import type { Seen } from './echo-server.ts'
import { holdConnections } from './hold-connections.ts'
import { sendRequest, type TestRequest, type TestResponse } from './send-request.ts'
import type { Exchange, Expected, Saw } from './traffic.ts'

/** A data plane that serves a snapshot. */
export interface RunningPlane {
  /** Where it listens for a port of the Gateway, on 127.0.0.1. */
  portFor(listenerPort: number, transport?: 'tcp' | 'udp'): number
  close(): Promise<void>
}

/** Tells the requests of one exchange from a late attempt of the one before. */
const exchangeField = 'x-exchange'
let exchanges = 0

/** Sends what an exchange says and asserts what came back. */
export async function playExchange(exchange: Exchange, plane: RunningPlane, backends: Backends): Promise<void> {
  const { beside, port, request } = exchange
  const release = beside > 0 ? await holdConnections(beside, plane.portFor(port), request) : undefined
  try {
    await play(exchange, plane, backends)
  } finally {
    release?.()
  }
}

async function play(exchange: Exchange, plane: RunningPlane, backends: Backends): Promise<void> {
  const id = String(++exchanges)
  // An authoriser or a stream does not see the field.
  const takeSeen = () => backends.takeSeen().filter(({ headers }) => (headers[exchangeField] ?? id) === id)
  takeSeen()
  const answered: string[] = []
  const seen: Seen[] = []
  let request = { ...exchange.request, headers: { ...exchange.request.headers, [exchangeField]: id } }
  for (let i = 0; i < exchange.times; i++) {
    const begin = performance.now()
    const port = plane.portFor(exchange.port, request.protocol === 'udp' ? 'udp' : 'tcp')
    if (exchange.response.refused) {
      await assert.rejects(sendRequest(port, request), 'the connection is refused')
      assert.deepEqual(takeSeen(), [], 'a backend was asked')
      continue
    }
    const response = await sendRequest(port, request)
    const tookMs = performance.now() - begin
    const echo = readEcho(response)
    const now = takeSeen()
    seen.push(...now)
    if (exchange.shares === undefined) checkResponse(exchange.response, response, echo, now.length)
    checkTime(exchange.response, tookMs)
    answered.push(echo?.backend ?? 'none')
    if (i === 0 && exchange.session) request = withSession(request, response, exchange.session)
  }
  if (exchange.response.sameEndpoint)
    assert.equal(new Set(answered).size, 1, `several endpoints: ${answered.join(', ')}`)
  if (exchange.shares) checkShares(exchange.shares, answered)
  if (exchange.mirrored) await checkMirrors(exchange.mirrored, seen, takeSeen)
}

/** The backend's report, when it was a backend that answered. */
function readEcho({ headers, body }: TestResponse): Seen | undefined {
  if (!/^application\/(?:json|grpc)/.test(String(headers['content-type'])) || body === '') return undefined
  const echo = parseJson(body) as Partial<Seen>
  return echo.backend === undefined ? undefined : (echo as Seen)
}

/** What was said by hand over a connection is answered in full, head and all. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function serviceOf(backend: string): string {
  return backend.split(' ')[0] ?? ''
}

function checkResponse(expected: Expected, response: TestResponse, echo: Seen | undefined, tries: number): void {
  const { status, backend, headers = {}, absent = [], body, saw } = expected
  const told = `got ${response.status} ${JSON.stringify(response.headers)} ${response.body.slice(0, 400)}`
  if (status !== undefined) assert.equal(response.status, status, told)
  if (expected.grpcStatus !== undefined)
    assert.equal(response.headers['grpc-status'], String(expected.grpcStatus), `grpc-status; ${told}`)
  if (backend === 'none') assert.equal(tries, 0, `a backend was asked; ${told}`)
  else if (backend !== undefined) assert.equal(serviceOf(echo?.backend ?? 'none'), backend, told)
  if (expected.certificate !== undefined) assert.equal(response.certificate, expected.certificate, 'certificate')
  for (const [name, value] of Object.entries(expected.settings ?? {}))
    assert.equal(response.settings?.[name], value, `${name} in SETTINGS`)
  if (expected.tries !== undefined) assert.equal(tries, expected.tries, 'number of requests at backends')
  checkFields(response.headers, headers, absent, told)
  if (body !== undefined) assertText(response.body, body, 'body')
  if (saw !== undefined) {
    assert.ok(echo, `no backend answered; ${told}`)
    checkSaw(saw, echo)
  }
}

function checkSaw(saw: Saw, seen: Seen): void {
  for (const part of ['method', 'host', 'path', 'body', 'sni', 'client', 'version', 'proxied'] as const) {
    if (saw[part] !== undefined) assertText(seen[part] ?? '', saw[part], `${part} at the backend`)
  }
  checkFields(seen.headers, saw.headers ?? {}, saw.absent ?? [], `the backend saw ${JSON.stringify(seen)}`)
}

function checkFields(
  fields: Readonly<Record<string, string | readonly string[] | undefined>>,
  headers: Readonly<Record<string, string>>,
  absent: readonly string[],
  told: string,
): void {
  for (const [name, value] of Object.entries(headers)) {
    const got = fields[name.toLowerCase()]
    assert.ok(got !== undefined, `${name} is missing; ${told}`)
    assertText(typeof got === 'string' ? got : got.join(', '), String(value), name)
  }
  for (const name of absent) assert.ok(!(name.toLowerCase() in fields), `${name} should not be there; ${told}`)
}

function assertText(got: string, expected: string, what: string): void {
  const pattern = /^\/(\^.*)\/$/.exec(expected)?.[1]
  if (pattern === undefined) assert.equal(got, expected, what)
  else assert.match(got, new RegExp(pattern), what)
}

function checkTime({ afterMs = 0, withinMs = Number.POSITIVE_INFINITY }: Expected, tookMs: number): void {
  // Timers may fire a little early.
  assert.ok(tookMs >= afterMs - 2, `answered after ${tookMs} ms, not after ${afterMs}`)
  assert.ok(tookMs <= withinMs, `answered after ${tookMs} ms, not within ${withinMs}`)
}

function withSession<T extends TestRequest>(request: T, response: TestResponse, session: string): T {
  const name = session === 'cookie' ? 'set-cookie' : session
  const handed = response.headers[name]
  assert.ok(handed !== undefined, `the first response has no ${name}`)
  const text = typeof handed === 'string' ? handed : (handed[0] ?? '')
  const value = session === 'cookie' ? (text.split(';')[0] ?? '') : text
  return { ...request, headers: { ...request.headers, [session]: value } }
}

/** Five standard deviations of a fair lot: one run in a million fails by chance. */
function checkShares(shares: Readonly<Record<string, number>>, answered: readonly string[]): void {
  const n = answered.length
  const names = new Set([...Object.keys(shares), ...answered.map(serviceOf)])
  for (const name of names) {
    const share = shares[name] ?? 0
    const got = answered.filter((backend) => serviceOf(backend) === name).length
    const slack = 5 * Math.sqrt(n * share * (1 - share))
    assert.ok(Math.abs(got - n * share) <= slack, `${name} got ${got} of ${n}, not about ${n * share} ± ${slack}`)
  }
}

async function checkMirrors(mirrored: Exchange['mirrored'] & {}, seen: Seen[], takeSeen: () => Seen[]): Promise<void> {
  const of = (name: string) => seen.filter(({ backend }) => serviceOf(backend) === name)
  const wishes = Object.entries(mirrored).map(([name, wish]) => ({
    name,
    times: typeof wish === 'number' ? wish : wish.times,
    saw: typeof wish === 'number' ? {} : wish,
  }))
  // Copies go out without making the client wait: give them half a minute, and those that must not come 50 ms.
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 10) {
    await sleep(10)
    seen.push(...takeSeen())
    if (waitedMs >= 50 && wishes.every(({ name, times }) => of(name).length >= times)) break
  }
  for (const { name, times, saw } of wishes) {
    assert.equal(of(name).length, times, `requests that ${name} saw`)
    for (const one of of(name)) checkSaw(saw, one)
  }
}
