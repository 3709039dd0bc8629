import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { BackendObjectRef, FilterTranslator } from '#translate'
import { namesOf, parsePrefix } from './auth-words.ts'
import type { ExternalAuthNode } from './ir.ts'

interface ExternalAuthFilter {
  readonly externalAuth: {
    readonly protocol: string
    readonly backendRef: BackendObjectRef
    readonly http?: {
      readonly path?: string
      readonly allowedHeaders?: readonly string[]
      readonly allowedResponseHeaders?: readonly string[]
    }
    readonly grpc?: { readonly allowedHeaders?: readonly string[] }
    readonly forwardBody?: { readonly maxSize?: number }
  }
}

/** The API has no field for it; people wait for a page about as long. */
const timeoutMs = 10_000

export const externalAuth = {
  type: 'ExternalAuth',
  translate({ externalAuth: spec }: ExternalAuthFilter, scope) {
    const path = `${scope.path}.externalAuth`
    const protocol = translateProtocol(spec, path)
    if (!protocol.ok) return protocol
    const wish = protocol.value.kind === 'grpc' ? 'h2c' : 'http1'
    const backend = scope.backend(spec.backendRef, `${path}.backendRef`, wish)
    const node: ExternalAuthNode = {
      kind: 'externalAuth',
      ...(backend.ok ? { backend: backend.value } : {}),
      protocol: protocol.value,
      maxBodyBytes: spec.forwardBody?.maxSize ?? 0,
      timeoutMs,
    }
    // A broken guard closes the door: the node stays, without a backend, and answers 500.
    return ok(backend.ok ? { node } : { node, unresolved: backend.problems })
  },
} satisfies FilterTranslator

function translateProtocol(
  spec: ExternalAuthFilter['externalAuth'],
  path: string,
): Outcome<ExternalAuthNode['protocol']> {
  if (spec.protocol === 'GRPC') return ok({ kind: 'grpc', allowedHeaders: namesOf(spec.grpc?.allowedHeaders) })
  if (spec.protocol !== 'HTTP')
    return problem('UnsupportedValue', `protocol ${spec.protocol} is neither HTTP nor GRPC`, `${path}.protocol`)
  const prefix = parsePrefix(spec.http?.path ?? '', `${path}.http.path`)
  if (!prefix.ok) return prefix
  return ok({
    kind: 'http',
    pathPrefix: prefix.value,
    allowedHeaders: namesOf(spec.http?.allowedHeaders),
    allowedResponseHeaders: namesOf(spec.http?.allowedResponseHeaders),
  })
}
