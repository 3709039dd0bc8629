import type { Random } from '../fuzz/http1-generate.ts'
import type { TestRequest } from '../scenario/send-request.ts'
import { apiKeys, passwords, tokens } from './generate-security-policy.ts'
import { fieldNames, fieldValues, hosts, queryNames, type Style, segments, times } from './generate-table.ts'

/**
 * A request that may meet one of the table's routes, with a path that servers could read in several ways.
 * @param style of the table: with what policies look at, too
 */
export function generateRequest(random: Random, style: Style): TestRequest {
  const host = random.pick(hosts).replace('*', random.pick(['z', 'z.z']))
  const method = random.pick(['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])
  const headers = Object.fromEntries([
    ...times(random.below(3), () => generateField(random)),
    ...(style === 'plain' ? [] : generateWideFields(random, method)),
  ])
  const query = generateQuery(random)
  const wishes = style === 'plain' ? [] : generateWishes(random)
  const call = style !== 'plain' && random.below(12) === 0
  return {
    method: call ? 'POST' : method,
    host: random.below(6) === 0 ? `${host}:${random.pick(['80', '8080'])}` : host,
    path: generatePath(random) + joinQuery(query, wishes),
    headers,
    body: method === 'POST' || method === 'PUT' ? random.pick(['', 'x', 'hello world', '{"a":1}']) : '',
    protocol: call ? 'grpc' : random.below(5) === 0 ? 'h2' : 'h1',
  }
}

function generateField(random: Random): [string, string | string[]] {
  const name = random.pick(fieldNames)
  // Fields are octets: what is not ASCII is another test's matter. An empty cookie is no cookie, and gets lost.
  const values = fieldValues.filter((value) => value !== 'ü' && (value !== '' || name !== 'cookie'))
  const value = () => random.pick(values)
  return [name, random.below(8) === 0 ? [value(), value()] : value()]
}

/** What guards, limits and filters of answers ask about. */
function generateWideFields(random: Random, method: string): [string, string][] {
  const fields: [string, string][] = []
  const maybe = (oneIn: number, name: string, make: () => string) => {
    if (random.below(oneIn) === 0) fields.push([name, make()])
  }
  maybe(2, 'authorization', () => (random.below(4) === 0 ? random.pick(passwords) : `Bearer ${random.pick(tokens)}`))
  maybe(8, 'x-api-key', () => random.pick(apiKeys))
  maybe(12, 'x-token', () => random.pick(['T ', '']) + random.pick(tokens))
  maybe(3, 'origin', () => random.pick(['https://www.foo.com', 'https://x.bar.com', 'http://a.test:8080', 'null']))
  if (method === 'OPTIONS') {
    maybe(2, 'access-control-request-method', () => random.pick(['GET', 'PUT']))
    maybe(2, 'access-control-request-headers', () => random.pick(['x-one', 'x-one,authorization']))
  }
  maybe(3, 'accept-encoding', () => random.pick(['gzip', 'br', 'zstd', 'gzip;q=0.5, br', 'gzip, br, zstd', '*', 'x']))
  maybe(6, 'x-user', () => random.pick(['ann', '1', 'mallory']))
  maybe(6, 'x-team', () => random.pick(['one', 'two']))
  maybe(8, 'x_under', () => '1')
  maybe(6, 'x-request-id', () => 'given')
  maybe(6, 'x-forwarded-for', () => random.pick(['10.1.2.3', '198.51.100.1, 10.1.2.3', 'unknown']))
  maybe(6, 'x-real-ip', () => random.pick(['10.1.2.3', 'nobody', '::1']))
  return fields
}

/** What the backend is asked to answer, and a token in the query. */
function generateWishes(random: Random): string[] {
  const wishes: string[] = []
  if (random.below(3) === 0) wishes.push(`status=${random.pick([200, 204, 304, 400, 401, 404, 418, 500, 503])}`)
  if (random.below(4) === 0)
    wishes.push(
      `header=${random.pick(['x-new:1', 'vary:accept', 'etag:%221%22', 'access-control-allow-origin:*', 'x-two:9'])}`,
    )
  if (random.below(12) === 0) wishes.push(`key=${encodeURIComponent(random.pick(apiKeys))}`)
  if (random.below(10) === 0) wishes.push(`t=${random.pick(tokens)}`)
  return wishes
}

function joinQuery(query: string, more: readonly string[]): string {
  if (more.length === 0) return query
  return `${query === '' || query === '?' ? '?' : `${query}&`}${more.join('&')}`
}

function generatePath(random: Random): string {
  const parts = times(random.below(5), () => encode(random.pick(segments), random))
  const path = `/${parts.join(random.below(8) === 0 ? random.pick(['//', '/./', '/../', '%2F', '%2f', ';x/']) : '/')}`
  if (random.below(40) === 0) return path + random.pick(['%', '%4', '%zz', '%00', '\\\\', '/..', '/.'])
  return random.below(6) === 0 ? `${path}/` : path
}

/** As a client might write it: what must be escaped, and sometimes what need not be. */
function encode(segment: string, random: Random): string {
  const text = encodeURIComponent(segment)
  if (random.below(6) > 0) return text
  // A letter, not one of an escape.
  return text.replace(/(?<!%|%[0-9A-F])[a-z]/i, (letter) => {
    const hex = letter.charCodeAt(0).toString(16)
    return `%${random.below(2) === 0 ? hex : hex.toUpperCase()}`
  })
}

function generateQuery(random: Random): string {
  if (random.below(2) === 0) return ''
  const pairs = times(random.below(3), () => {
    const value = random.pick(['1', '2', 'a', 'long%20value', 'long+value', 'A', ''])
    return random.below(8) === 0
      ? encodeURIComponent(random.pick(queryNames))
      : `${encodeURIComponent(random.pick(queryNames))}=${value}`
  })
  return `?${pairs.join('&')}`
}
