import { isOpenField } from '#kit/open-field.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import { type BackendObjectRef, type DataRef, type PolicyScope, type PolicySlice, settingsRefusals } from '#translate'
import type { JwtNode, JwtProvider, LocalKeys, RemoteKeys, TokenPlaces } from './ir.ts'
import { parseKeySet } from './key-set.ts'

interface Spec {
  readonly jwt: {
    readonly optional?: boolean
    readonly failOpen?: boolean
    readonly providers: readonly Provider[]
  }
}

interface Provider {
  readonly name: string
  readonly issuer?: string
  readonly audiences?: readonly string[]
  readonly remoteJWKS?: {
    readonly uri: string
    readonly backendRefs?: readonly BackendObjectRef[]
    readonly backendSettings?: Settings
    readonly cacheDuration?: string
    readonly failedRefetchDuration?: string
  }
  readonly localJWKS?: { readonly type?: string; readonly inline?: string; readonly valueRef?: DataRef }
  readonly claimToHeaders?: readonly { readonly header: string; readonly claim: string }[]
  readonly recomputeRoute?: boolean
  readonly extractFrom?: {
    readonly headers?: readonly { readonly name: string; readonly valuePrefix?: string }[]
    readonly params?: readonly string[]
    readonly cookies?: readonly string[]
  }
}

interface Settings {
  readonly timeout?: { readonly http?: { readonly requestTimeout?: string } }
}

const usualPlaces: TokenPlaces = {
  headers: [{ name: 'authorization', prefix: 'Bearer ' }],
  params: ['access_token'],
  cookies: [],
}

const fieldName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

const settingsPlace = 'jwt.providers[].remoteJWKS.backendSettings'
const { [`${settingsPlace}.timeout.http.requestTimeout`]: _fetchTime, ...refusedInSettings } =
  settingsRefusals(settingsPlace)

export const jwt = {
  kind: 'SecurityPolicy',
  fields: ['jwt'],
  refused: {
    ...refusedInSettings,
    'jwt.providers[].remoteJWKS.backendRefs[].fallback':
      'is not supported here: name one backend, and give its Service more endpoints',
    'jwt.providers[].remoteJWKS.backendRef': 'is not supported by the API either: write backendRefs',
  },
  notes: {
    'jwt.providers[].recomputeRoute': 'only false: a route is chosen once',
    'jwt.providers[].remoteJWKS.backendRefs': 'one',
    'jwt.providers[].remoteJWKS.backendSettings':
      'what BackendTrafficPolicy can say about connections, and requestTimeout, which is the time of a fetch (5s); it is tried again ' +
      'after failedRefetchDuration',
  },
  translate({ jwt: { providers, optional, failOpen } }: Spec, scope) {
    const translated: JwtProvider[] = []
    for (const [i, provider] of providers.entries()) {
      const at = `jwt.providers[${i}]`
      if (translated.some(({ name }) => name === provider.name))
        return scope.refuse(`${at}.name`, `${provider.name} is the name of another provider`)
      const one = translateProvider(provider, scope, at)
      if (!one.ok) return one
      translated.push(one.value)
    }
    const node: JwtNode = {
      kind: 'jwt',
      providers: translated,
      lets: failOpen ? 'all' : optional ? 'missing' : 'verified',
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice

function translateProvider(provider: Provider, scope: PolicyScope, at: string): Outcome<JwtProvider> {
  if (provider.recomputeRoute)
    return scope.refuse(
      `${at}.recomputeRoute`,
      'a route is chosen once, before tokens are checked: write authorization rules on claims instead',
    )
  const { claimToHeaders = [], extractFrom } = provider
  for (const [i, { header, claim }] of claimToHeaders.entries()) {
    if (!isOpenField(header.toLowerCase()))
      return scope.refuse(`${at}.claimToHeaders[${i}].header`, `${header} is no field that claims may be written to`)
    if (claim === '') return scope.refuse(`${at}.claimToHeaders[${i}].claim`, 'is empty')
  }
  for (const [i, { name }] of (extractFrom?.headers ?? []).entries())
    if (!fieldName.test(name.toLowerCase()))
      return scope.refuse(`${at}.extractFrom.headers[${i}].name`, `${name} is no name of a field`)
  const keys = translateKeys(provider, scope, at)
  if (!keys.ok) return keys
  const { headers = [], params = [], cookies = [] } = extractFrom ?? {}
  return ok({
    name: provider.name,
    issuer: provider.issuer ?? '',
    audiences: provider.audiences ?? [],
    keys: keys.value,
    claimToHeaders: claimToHeaders.map(({ header, claim }) => ({
      header: header.toLowerCase(),
      claim: claim.split('.'),
    })),
    from:
      headers.length + params.length + cookies.length === 0
        ? usualPlaces
        : {
            headers: headers.map(({ name, valuePrefix = '' }) => ({ name: name.toLowerCase(), prefix: valuePrefix })),
            params,
            cookies,
          },
  })
}

function translateKeys(
  { remoteJWKS, localJWKS }: Provider,
  scope: PolicyScope,
  at: string,
): Outcome<LocalKeys | RemoteKeys> {
  if (remoteJWKS) return translateRemote(remoteJWKS, scope, `${at}.remoteJWKS`)
  const path = `${at}.localJWKS.${localJWKS?.valueRef ? 'valueRef' : 'inline'}`
  const text = localJWKS?.valueRef ? textOf(localJWKS.valueRef, scope, path) : ok(localJWKS?.inline ?? '')
  if (!text.ok) return text
  const parsed = parseKeySet(text.value)
  return typeof parsed === 'string' ? scope.refuse(path, parsed) : ok({ kind: 'local', text: text.value })
}

/** Under `jwks`, or else what comes first (LocalJWKS.valueRef). */
function textOf(ref: DataRef, scope: PolicyScope, path: string): Outcome<string> {
  const named = scope.text(ref, 'jwks', path)
  return named.ok ? named : scope.text(ref, undefined, path)
}

function translateRemote(
  { uri, backendRefs = [], backendSettings, cacheDuration, failedRefetchDuration }: NonNullable<Provider['remoteJWKS']>,
  scope: PolicyScope,
  at: string,
): Outcome<RemoteKeys> {
  if (!/^https?:\/\/[^\s@]+$/i.test(uri) || !URL.canParse(uri))
    return scope.refuse(`${at}.uri`, 'is no URL of HTTP without credentials; write https://host/path')
  if (backendRefs.length > 1) return scope.refuse(`${at}.backendRefs`, 'can name one backend')
  const { requestTimeout, ...http } = backendSettings?.timeout?.http ?? {}
  const fetchTime = scope.duration(requestTimeout, `${at}.backendSettings.timeout.http.requestTimeout`)
  if (!fetchTime.ok) return fetchTime
  if (fetchTime.value === 0)
    return scope.refuse(`${at}.backendSettings.timeout.http.requestTimeout`, '0s would wait for ever: write how long')
  const rest = requestTimeout && { ...backendSettings, timeout: { ...backendSettings?.timeout, http } }
  const settings = scope.backendSettings(rest || backendSettings, `${at}.backendSettings`)
  if (!settings.ok) return settings
  const [ref] = backendRefs
  const backend = ref
    ? scope.backend(ref, `${at}.backendRefs[0]`, 'http1', settings.value)
    : scope.site(uri, `${at}.uri`, settings.value)
  if (!backend.ok) return backend
  const cache = scope.duration(cacheDuration, `${at}.cacheDuration`)
  if (!cache.ok) return cache
  const failed = scope.duration(failedRefetchDuration, `${at}.failedRefetchDuration`)
  if (!failed.ok) return failed
  return ok({
    kind: 'remote',
    backend: backend.value,
    uri,
    cacheMs: Math.max(1_000, cache.value ?? 300_000),
    failedMs: Math.max(100, failed.value ?? 1_000),
    ...(fetchTime.value !== undefined && { fetchMs: fetchTime.value }),
  })
}
