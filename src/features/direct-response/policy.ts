import { type HeaderFilterSpec, parseFieldEdits } from '#kit/field-edits.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import type { PolicyScope, PolicySlice } from '#translate'
import { parseBodyFormat } from './body-format.ts'
import type { DirectResponseNode } from './ir.ts'

interface Spec {
  readonly directResponse: {
    readonly statusCode?: number
    readonly contentType?: string
    readonly body?: Body
    readonly header?: HeaderFilterSpec
  }
}

interface Body {
  readonly type: 'Inline' | 'ValueRef'
  readonly inline?: string
  readonly valueRef?: { readonly group: string; readonly kind: string; readonly name: string }
}

/** RFC 9110 8.3.1, without the fine print: what cannot end the field. */
const mediaType = /^[!-~][ -~]*$/

export const directResponse = {
  kind: 'HTTPRouteFilter',
  fields: ['directResponse'],
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
    if (contentType !== undefined && !mediaType.test(contentType))
      return scope.refuse('directResponse.contentType', `${JSON.stringify(contentType)} is no media type`)
    const text = bodyOf(spec.body, scope)
    if (!text.ok) return text
    const body = parseBodyFormat(text.value)
    if ('unknown' in body)
      return scope.refuse(
        'directResponse.body',
        `${body.unknown} is not known here; possible are %REQ(name)% and, for a percent sign, %%`,
      )
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

function bodyOf(body: Body | undefined, scope: PolicyScope): Outcome<string> {
  if (body?.type !== 'ValueRef') return ok(body?.inline ?? '')
  const at = 'directResponse.body.valueRef'
  const data = scope.configMap(body.valueRef!, at)
  if (!data.ok) return data
  return scope.text(body.valueRef!, data.value.has('response.body') ? 'response.body' : undefined, at)
}
