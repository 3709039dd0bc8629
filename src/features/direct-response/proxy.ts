import { encodeFieldValue } from '#kit/field-edits.ts'
import { addField, type Fields, joinField, type ProxyFilter, type RequestContext, removeField, setField } from '#proxy'
import type { BodyPart, DirectResponseNode } from './ir.ts'

export const directResponse: ProxyFilter<DirectResponseNode> = {
  compile({ status, contentType, body, edits }) {
    const fields: Fields = contentType === undefined ? [] : ['content-type', encodeFieldValue(contentType)]
    for (const name of edits.remove) removeField(fields, name)
    for (const { name, value } of edits.set) setField(fields, name, encodeFieldValue(value))
    for (const { name, value } of edits.add) addField(fields, name, encodeFieldValue(value))
    const [only = ''] = body
    const same = body.length <= 1 && typeof only === 'string' ? Buffer.from(only) : undefined
    return {
      onRequest: (context) => ({
        status,
        fields: [...fields],
        body: same ?? body.map((part) => textOf(part, context)).join(''),
        why: 'direct response',
      }),
    }
  },
}

function textOf(part: BodyPart, { head, original }: RequestContext): string {
  if (typeof part === 'string') return part
  const pseudo: Readonly<Record<string, string>> = {
    ':method': original.method,
    ':path': original.path,
    ':authority': original.authority,
  }
  for (const name of part.fields) {
    const value = pseudo[name] ?? joinField(head.fields, name)
    if (value) return part.maxLength === undefined ? value : value.slice(0, part.maxLength)
  }
  return '-'
}
