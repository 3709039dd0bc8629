import { type Outcome, ok } from '#kit/outcome.ts'
import { Secret } from '#kit/secret.ts'
import { type BackendObjectRef, type DataRef, type PolicyScope, type PolicySlice, settingsRefusals } from '#translate'
import { namesOf, parsePrefix } from './auth-words.ts'
import type { ContextEntry, ExternalAuthNode, GrpcAuth, HttpAuth } from './ir.ts'

interface Spec {
  readonly extAuth: ExtAuth
}

interface ExtAuth {
  readonly grpc?: Service
  readonly http?: Service & {
    readonly path?: string
    readonly pathOverride?: string
    readonly headersToBackend?: readonly string[]
  }
  readonly headersToExtAuth?: readonly string[]
  readonly bodyToExtAuth?: { readonly maxRequestBytes: number }
  readonly timeout?: string
  readonly failOpen?: boolean
  readonly statusOnError?: number
  readonly recomputeRoute?: boolean
  readonly includeRouteMetadata?: boolean
  readonly contextExtensions?: readonly ContextExtension[]
}

interface Service {
  readonly backendRef?: BackendObjectRef
  readonly backendRefs?: readonly BackendObjectRef[]
  readonly backendSettings?: object
}

interface ContextExtension {
  readonly name: string
  readonly value?: string
  readonly valueRef?: DataRef & { readonly key: string }
}

const usualTimeoutMs = 10_000
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const plainPath = /^\/[!$&'()*+,\-./0-9:;=?@A-Z_a-z~%]*$/
const noFallback = 'is not supported here: name one backend, and give its Service more endpoints'

export const externalAuth = {
  kind: 'SecurityPolicy',
  fields: ['extAuth'],
  refused: {
    ...settingsRefusals('extAuth.grpc.backendSettings'),
    ...settingsRefusals('extAuth.http.backendSettings'),
    'extAuth.grpc.backendRefs[].fallback': noFallback,
    'extAuth.http.backendRefs[].fallback': noFallback,
  },
  notes: {
    'extAuth.grpc.backendRefs': 'one',
    'extAuth.http.backendRefs': 'one',
    'extAuth.grpc.backendSettings': 'what BackendTrafficPolicy can say about connections; neither retry nor requests',
    'extAuth.http.backendSettings': 'what BackendTrafficPolicy can say about connections; neither retry nor requests',
    'extAuth.failOpen':
      'about an authoriser that is away or fails (HTTP: 5xx); what is written wrong closes all the same',
    'extAuth.statusOnError': 'default: 403',
    'extAuth.recomputeRoute': 'only false: a route is chosen once',
    'extAuth.includeRouteMetadata': 'only false: tell routes apart by contextExtensions',
    'extAuth.contextExtensions': 'with grpc',
  },
  translate({ extAuth: spec }: Spec, scope) {
    const { failOpen, recomputeRoute, includeRouteMetadata, statusOnError, bodyToExtAuth } = spec
    if (recomputeRoute)
      return scope.refuse(
        'extAuth.recomputeRoute',
        'a route is chosen once, before anybody is asked: let the authoriser refuse instead',
      )
    if (includeRouteMetadata)
      return scope.refuse(
        'extAuth.includeRouteMetadata',
        'routes are not described to authorisers here: tell them apart by contextExtensions',
      )
    const timeout = scope.duration(spec.timeout, 'extAuth.timeout')
    if (!timeout.ok) return timeout
    if (timeout.value === 0) return scope.refuse('extAuth.timeout', '0s would wait for ever: write how long')
    for (const [i, name] of (spec.headersToExtAuth ?? []).entries())
      if (!token.test(name)) return scope.refuse(`extAuth.headersToExtAuth[${i}]`, `${name} is no name of a field`)
    const protocol = spec.grpc ? translateGrpc(spec, scope) : translateHttp(spec, scope)
    if (!protocol.ok) return protocol
    const backend = translateService(spec, scope)
    if (!backend.ok) return backend
    const node: ExternalAuthNode = {
      kind: 'externalAuth',
      backend: backend.value,
      protocol: protocol.value,
      maxBodyBytes: bodyToExtAuth?.maxRequestBytes ?? 0,
      timeoutMs: timeout.value ?? usualTimeoutMs,
      ...(failOpen && { open: true }),
      ...(statusOnError !== undefined && { statusOnError }),
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice

function translateService({ grpc, http }: ExtAuth, scope: PolicyScope): Outcome<string> {
  const at = `extAuth.${grpc ? 'grpc' : 'http'}`
  const { backendRef, backendRefs = [], backendSettings }: Service = grpc ?? http ?? {}
  if (backendRefs.length > 1) return scope.refuse(`${at}.backendRefs`, 'can name one backend')
  const [ref = backendRef] = backendRefs
  if (!ref) return scope.refuse(`${at}.backendRefs`, 'must name the backend that is asked')
  const settings = scope.backendSettings(backendSettings, `${at}.backendSettings`)
  if (!settings.ok) return settings
  const path = backendRefs.length > 0 ? `${at}.backendRefs[0]` : `${at}.backendRef`
  return scope.backend(ref, path, grpc ? 'h2c' : 'http1', settings.value)
}

function translateHttp({ http, headersToExtAuth, contextExtensions }: ExtAuth, scope: PolicyScope): Outcome<HttpAuth> {
  if (contextExtensions?.length)
    return scope.refuse('extAuth.contextExtensions', 'reach only an authoriser that is asked by grpc')
  const { path = '', pathOverride, headersToBackend = [] } = http ?? {}
  const prefix = parsePrefix(path, 'extAuth.http.path')
  if (!prefix.ok) return scope.refuse('extAuth.http.path', prefix.problems[0]!.message)
  if (pathOverride !== undefined && (!plainPath.test(pathOverride) || /\/(\.|%2e){1,2}([/?]|$)/i.test(pathOverride)))
    return scope.refuse('extAuth.http.pathOverride', `${JSON.stringify(pathOverride)} is no path; write such as /check`)
  for (const [i, name] of headersToBackend.entries())
    if (!token.test(name)) return scope.refuse(`extAuth.http.headersToBackend[${i}]`, `${name} is no name of a field`)
  return ok({
    kind: 'http',
    pathPrefix: prefix.value,
    ...(pathOverride !== undefined && { path: pathOverride }),
    allowedHeaders: namesOf(headersToExtAuth),
    allowedResponseHeaders: namesOf(headersToBackend),
    onlyAllowed: true,
  })
}

function translateGrpc({ headersToExtAuth, contextExtensions = [] }: ExtAuth, scope: PolicyScope): Outcome<GrpcAuth> {
  const context: ContextEntry[] = []
  for (const [i, { name, value = '', valueRef }] of contextExtensions.entries()) {
    const text = valueRef && scope.text(valueRef, valueRef.key, `extAuth.contextExtensions[${i}].valueRef`)
    if (text && !text.ok) return text
    const read = text?.value ?? value
    context.push({ name, value: valueRef?.kind === 'Secret' ? new Secret(read) : read })
  }
  context.sort((a, b) => (a.name < b.name ? -1 : 1))
  return ok({
    kind: 'grpc',
    allowedHeaders: namesOf(headersToExtAuth),
    textBody: true,
    ...(context.length > 0 && { context }),
  })
}
