import { compileBody } from '#kit/body-format.ts'
import { encodeFieldValue } from '#kit/field-edits.ts'
import { addField, type Fields, type ProxyFilter, removeField, requestField, setField } from '#proxy'
import type { DirectResponseNode } from './ir.ts'

export const directResponse: ProxyFilter<DirectResponseNode> = {
  compile({ status, contentType, body, edits }) {
    const fields: Fields = contentType === undefined ? [] : ['content-type', encodeFieldValue(contentType)]
    for (const name of edits.remove) removeField(fields, name)
    for (const { name, value } of edits.set) setField(fields, name, encodeFieldValue(value))
    for (const { name, value } of edits.add) addField(fields, name, encodeFieldValue(value))
    const bodyOf = compileBody(body, requestField)
    return {
      onRequest: (context) => ({
        status,
        fields: [...fields],
        body: bodyOf(context),
        why: 'direct response',
      }),
    }
  },
}
