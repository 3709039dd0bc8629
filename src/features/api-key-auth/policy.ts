import { Buffer } from 'node:buffer'
import { isOpenField } from '#kit/open-field.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import { Secret } from '#kit/secret.ts'
import type { DataRef, PolicyScope, PolicySlice } from '#translate'
import type { ApiClient, ApiKeyAuthNode, KeyPlace } from './ir.ts'

interface Spec {
  readonly apiKeyAuth: {
    readonly credentialRefs: readonly DataRef[]
    readonly extractFrom: readonly WrittenPlace[]
    readonly forwardClientIDHeader?: string
    readonly sanitize?: boolean
  }
}

interface WrittenPlace {
  readonly headers?: readonly string[]
  readonly params?: readonly string[]
  readonly cookies?: readonly string[]
}

/** What would be no key in its place: framing is the gateway's own. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export const apiKeyAuth = {
  kind: 'SecurityPolicy',
  fields: ['apiKeyAuth'],
  notes: { 'apiKeyAuth.credentialRefs': 'of a client that stands in several Secrets the first one counts' },
  translate({ apiKeyAuth: { credentialRefs, extractFrom, forwardClientIDHeader, sanitize } }: Spec, scope) {
    const clients = readClients(credentialRefs, scope)
    if (!clients.ok) return clients
    const from = readPlaces(extractFrom, scope)
    if (!from.ok) return from
    const forward = forwardClientIDHeader?.toLowerCase() || undefined
    if (forward !== undefined && !isOpenField(forward))
      return scope.refuse('apiKeyAuth.forwardClientIDHeader', `${forward} is no field that names may be written to`)
    if (from.value.some((place) => place.in === 'header' && place.name === forward))
      return scope.refuse('apiKeyAuth.forwardClientIDHeader', `${forward} is where the key comes in`)
    const node: ApiKeyAuthNode = {
      kind: 'apiKeyAuth',
      clients: clients.value,
      from: from.value,
      ...(forward !== undefined && { forward }),
      hide: sanitize ?? false,
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice

function readClients(refs: readonly DataRef[], scope: PolicyScope): Outcome<readonly ApiClient[]> {
  const clients = new Map<string, ApiClient>()
  const owners = new Map<string, string>()
  for (const [i, ref] of refs.entries()) {
    const at = `apiKeyAuth.credentialRefs[${i}]`
    const secret = scope.secret(ref, at)
    if (!secret.ok) return secret
    for (const [name, bytes] of [...secret.value].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (clients.has(name)) continue
      const key = Buffer.from(bytes).toString('utf8')
      const wrong = whatIsWrong(key)
      if (wrong) return scope.refuse(at, `Secret ${ref.name}: the key of ${name} ${wrong}`)
      const owner = owners.get(key)
      // Who came with it could not be told.
      if (owner !== undefined) return scope.refuse(at, `Secret ${ref.name}: ${name} has the same key as ${owner}`)
      owners.set(key, name)
      clients.set(name, { name, key: new Secret(key) })
    }
  }
  if (clients.size === 0) return scope.refuse('apiKeyAuth.credentialRefs', 'lead to no key')
  return ok([...clients.values()])
}

/** A key that no request can bring is a mistake; most often the file that it was made of ended with a line end. */
function whatIsWrong(key: string): string | undefined {
  if (key === '') return 'is empty'
  if (key !== key.trim()) return 'begins or ends with a space or a line end: take it away'
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key) ? undefined : 'has characters that no header can bring'
}

function readPlaces(written: readonly WrittenPlace[], scope: PolicyScope): Outcome<readonly KeyPlace[]> {
  const places: KeyPlace[] = []
  for (const [i, { headers = [], params = [], cookies = [] }] of written.entries()) {
    for (const [j, name] of headers.entries()) {
      if (!token.test(name))
        return scope.refuse(`apiKeyAuth.extractFrom[${i}].headers[${j}]`, `${name} is no name of a field`)
      places.push({ in: 'header', name: name.toLowerCase() })
    }
    for (const name of params) places.push({ in: 'param', name })
    for (const [j, name] of cookies.entries()) {
      if (!token.test(name))
        return scope.refuse(`apiKeyAuth.extractFrom[${i}].cookies[${j}]`, `${name} is no name of a cookie`)
      places.push({ in: 'cookie', name })
    }
  }
  return ok(places)
}
