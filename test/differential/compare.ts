import type { Seen } from '../scenario/echo-server.ts'
import type { TestRequest, TestResponse } from '../scenario/send-request.ts'
import { told } from './generate-traffic-policy.ts'

/** What a client and a backend saw of one exchange, as far as both planes must agree. */
export type Sight = Readonly<Record<string, string>>

/** Written by each proxy in its own way, or by nobody's wish: times, lengths of texts that differ. */
const ownFields = new Set([
  ...['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'server', 'transfer-encoding', 'via'],
  ...['x-forwarded-port', 'x-exchange', 'x-ratelimit-reset', 'grpc-message'],
  ...['host', ':authority', ':method', ':path', ':scheme', 'te', 'http2-settings', 'upgrade'],
])

/** Fields whose values are not the same each time, in words that are. */
const inWords: Readonly<Record<string, (value: string) => string>> = {
  'access-control-expose-headers': (value) =>
    value
      .split(/\s*,\s*/)
      // Its words are each plane's own.
      .filter((name) => name !== 'grpc-message')
      .sort()
      .join(', '),
  // The whole URL; the embedded plane cuts it, and tells a key in the query that it hides from the backend.
  'www-authenticate': (value) => value.replace(/\?.*/, '').slice(0, 100),
  'x-request-id': (value) => (value === 'given' ? value : 'made'),
  // The address of the machine may be the one or the other.
  'x-forwarded-for': (value) =>
    value
      .split(/\s*,\s*/)
      .map((one) => (/^(?:10\.1|198\.51\.100)\./.test(one) || !/^[0-9.:]+$/.test(one) ? one : 'here'))
      .join(', '),
}

export function describeResponse(response: TestResponse | Error): Sight {
  if (response instanceof Error) return { answer: 'none' }
  const seen = readEcho(response)
  const answer = { answer: String(response.status), ...fieldsOf('response', response.headers) }
  if (seen === undefined) return { ...answer, backend: 'none', ...written(response) }
  const { backend, method, path, host, body } = seen
  return { ...answer, backend, method, path, host, body, ...fieldsOf('request', seen.headers) }
}

/** Words of users. The gateway's own are another matter. */
function written({ headers, body }: TestResponse): Sight {
  if (/^(?:400 )?(?:malformed|ambiguous) /.test(body || String(headers['grpc-message']))) return { refused: 'target' }
  return body.startsWith(told) ? { text: body, type: String(headers['content-type']) } : { text: 'none' }
}

function readEcho({ headers, body }: TestResponse): Seen | undefined {
  if (!/^application\/(?:json|grpc)$/.test(String(headers['content-type'])) || body === '') return undefined
  const echo = JSON.parse(body) as Partial<Seen>
  return echo.backend === undefined ? undefined : (echo as Seen)
}

function fieldsOf(of: string, headers: Readonly<Record<string, string | readonly string[] | undefined>>): Sight {
  const kept = Object.entries(headers).filter(([name]) => !ownFields.has(name))
  // `a, b`, `a,b` and `a,,b` say the same (RFC 9110 5.6.1).
  return Object.fromEntries(
    kept.map(([name, value]) => [
      `${of} ${name}`,
      (inWords[name]?.(String(value)) ?? String(value)).replaceAll(/\s*,[\s,]*/g, ',').replaceAll(/^,|,$/g, ''),
    ]),
  )
}

/** What differs: `path: /a on one, /b on the other`. */
export function compareSights(request: TestRequest, embedded: Sight, envoy: Sight): string[] {
  // Nobody can see more of an answer to HEAD than its head.
  const names = new Set([...Object.keys(embedded), ...Object.keys(envoy)])
  // A target that is refused met no route on our plane, and on Envoy one whose response filters it has gone through.
  if (embedded.refused && envoy.backend === 'none') return []
  if (request.method === 'HEAD' && embedded.answer === '400' && envoy.answer === '400') return []
  return [...names]
    .sort()
    .filter((name) => embedded[name] !== envoy[name])
    .filter((name) => request.method !== 'HEAD' || name === 'answer' || name.startsWith('response '))
    .map((name) => `${name}: ${embedded[name] ?? 'absent'} on embedded, ${envoy[name] ?? 'absent'} on Envoy`)
}
