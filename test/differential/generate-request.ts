import type { Random } from '../fuzz/http1-generate.ts'
import type { TestRequest } from '../scenario/send-request.ts'
import { fieldNames, fieldValues, hosts, queryNames, segments, times } from './generate-table.ts'

/** A request that may meet one of the table's routes, with a path that servers could read in several ways. */
export function generateRequest(random: Random): TestRequest {
  const host = random.pick(hosts).replace('*', random.pick(['z', 'z.z']))
  const method = random.pick(['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])
  const headers = Object.fromEntries(times(random.below(3), () => generateField(random)))
  return {
    method,
    host: random.below(6) === 0 ? `${host}:${random.pick(['80', '8080'])}` : host,
    path: generatePath(random) + generateQuery(random),
    headers,
    body: method === 'POST' || method === 'PUT' ? random.pick(['', 'x', 'hello world', '{"a":1}']) : '',
    protocol: random.below(5) === 0 ? 'h2' : 'h1',
  }
}

function generateField(random: Random): [string, string] {
  const name = random.pick(fieldNames)
  // Fields are octets: what is not ASCII is another test's matter. An empty cookie is no cookie, and gets lost.
  const values = fieldValues.filter((value) => value !== 'ü' && (value !== '' || name !== 'cookie'))
  return [name, random.pick(values)]
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
