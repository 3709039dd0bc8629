import { type HeaderFilterSpec, parseFieldEdits } from '#kit/field-edits.ts'
import { ok } from '#kit/outcome.ts'
import { isMediaType, type PolicySlice, translateBody, type WrittenBody } from '#translate'
import type { DirectResponseNode } from './ir.ts'

interface Spec {
  readonly directResponse: {
    readonly statusCode?: number
    readonly contentType?: string
    readonly body?: WrittenBody
    readonly header?: HeaderFilterSpec
  }
}

export const directResponse = {
  kind: 'HTTPRouteFilter',
  fields: ['directResponse'],
  refused: { 'directResponse.header.remove': 'has nothing to remove: no field was there before; remove it' },
  notes: {
    'directResponse.body.inline': "of Envoy's operators `%REQ(name?other):length%` and `%%`",
    'directResponse.statusCode': '200 to 599; for gRPC 300 to 599',
  },
  translate({ directResponse: spec }: Spec, scope) {
    const status = spec.statusCode ?? 200
    if (status < 200 || status > 599)
      return scope.refuse('directResponse.statusCode', `${status} is no status of a response: 200 to 599`)
    // A call of gRPC that went well ends with a message, which nobody could write here.
    if (scope.carries === 'grpc' && status < 300)
      return scope.refuse(
        'directResponse.statusCode',
        `${status} would be success without a message to gRPC; take 300 to 599`,
      )
    const { contentType } = spec
    if (contentType !== undefined && !isMediaType(contentType))
      return scope.refuse('directResponse.contentType', `${JSON.stringify(contentType)} is no media type`)
    const parts = translateBody(spec.body, scope, 'directResponse.body')
    if (!parts.ok) return parts
    const body = parts.value
    const edits = parseFieldEdits(spec.header ?? {}, 'spec.directResponse.header')
    if (!edits.ok) return edits
    const type = contentType ?? (body.length > 0 ? 'text/plain' : undefined)
    const node: DirectResponseNode = {
      kind: 'directResponse',
      status,
      ...(type !== undefined && { contentType: type }),
      body,
      edits: edits.value,
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice
