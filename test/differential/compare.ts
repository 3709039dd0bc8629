import type { Seen } from '../scenario/echo-server.ts'
import type { TestRequest, TestResponse } from '../scenario/send-request.ts'

/** What a client and a backend saw of one exchange, as far as both planes must agree. */
export type Sight = Readonly<Record<string, string>>

/** Written by each proxy in its own way, or by nobody's wish: times, ids, lengths of texts that differ. */
const ownFields = new Set([
  ...['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'server', 'transfer-encoding', 'via'],
  ...['x-request-id', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-exchange'],
  ...['host', ':authority', ':method', ':path', ':scheme', 'te', 'http2-settings', 'upgrade'],
])

export function describeResponse(response: TestResponse | Error): Sight {
  if (response instanceof Error) return { answer: 'none' }
  const seen = readEcho(response)
  const answer = { answer: String(response.status), ...fieldsOf('response', response.headers) }
  if (seen === undefined) return { ...answer, backend: 'none' }
  const { backend, method, path, host, body } = seen
  return { ...answer, backend, method, path, host, body, ...fieldsOf('request', seen.headers) }
}

function readEcho({ headers, body }: TestResponse): Seen | undefined {
  if (headers['content-type'] !== 'application/json' || body === '') return undefined
  const echo = JSON.parse(body) as Partial<Seen>
  return echo.backend === undefined ? undefined : (echo as Seen)
}

function fieldsOf(of: string, headers: Readonly<Record<string, string | readonly string[] | undefined>>): Sight {
  const kept = Object.entries(headers).filter(([name]) => !ownFields.has(name))
  // `a, b` and `a,b` say the same (RFC 9110 5.6.1).
  return Object.fromEntries(kept.map(([name, value]) => [`${of} ${name}`, String(value).replaceAll(/\s*,\s*/g, ',')]))
}

/** What differs: `path: /a on one, /b on the other`. */
export function compareSights(request: TestRequest, embedded: Sight, envoy: Sight): string[] {
  // Nobody can see more of an answer to HEAD than its head.
  const names = new Set([...Object.keys(embedded), ...Object.keys(envoy)])
  // A target that is refused met no route on our plane, and on Envoy one whose response filters it has gone through.
  if (embedded.answer === '400' && envoy.answer === '400') return []
  return [...names]
    .sort()
    .filter((name) => embedded[name] !== envoy[name])
    .filter((name) => request.method !== 'HEAD' || name === 'answer' || name.startsWith('response '))
    .map((name) => `${name}: ${embedded[name] ?? 'absent'} on embedded, ${envoy[name] ?? 'absent'} on Envoy`)
}
