import { type BodyPart, parseBodyFormat } from '#kit/body-format.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import type { FieldPath, PolicyScope } from './policy-slice.ts'

/** Envoy Gateway's CustomResponseBody. */
export interface WrittenBody {
  readonly type?: 'Inline' | 'ValueRef'
  readonly inline?: string
  readonly valueRef?: { readonly group: string; readonly kind: string; readonly name: string }
}

/** The body of an answer, as it is written or in a ConfigMap: `response.body`, else what it has first. @param path of the body */
export function translateBody(
  body: WrittenBody | undefined,
  scope: PolicyScope,
  path: FieldPath,
): Outcome<readonly BodyPart[]> {
  const text = readBody(body, scope, `${path}.valueRef`)
  if (!text.ok) return text
  const parts = parseBodyFormat(text.value)
  if (!('unknown' in parts)) return ok(parts)
  return scope.refuse(path, `${parts.unknown} is not known here; possible are %REQ(name)% and, for a percent sign, %%`)
}

function readBody(body: WrittenBody | undefined, scope: PolicyScope, at: FieldPath): Outcome<string> {
  if (body?.type !== 'ValueRef') return ok(body?.inline ?? '')
  const data = scope.configMap(body.valueRef!, at)
  if (!data.ok) return data
  return scope.text(body.valueRef!, data.value.has('response.body') ? 'response.body' : undefined, at)
}

/** RFC 9110 8.3.1, without the fine print: what cannot end the field. */
const mediaType = /^[!-~][ -~]*$/

/** Whether a text may stand in Content-Type. */
export function isMediaType(text: string): boolean {
  return mediaType.test(text)
}
