import type { EnvoyFilter } from '#envoy'
import { writeBodyFormat } from '#kit/body-format.ts'
import type { DirectResponseNode } from './ir.ts'

export const directResponse: EnvoyFilter<DirectResponseNode> = {
  build({ status, contentType, body, edits }) {
    const text = body.map((part) => (typeof part === 'string' ? part : '')).join('')
    const isPlain = body.every((part) => typeof part === 'string')
    const type = contentType === undefined ? [] : [{ name: 'content-type', value: contentType }]
    return {
      answer: {
        direct_response: {
          status,
          ...(body.length > 0 && isPlain && { body: { inline_string: text } }),
          ...(!isPlain && { body_format: { text_format_source: { inline_string: writeBodyFormat(body) } } }),
        },
      },
      responseFields: {
        ...edits,
        // Envoy would send clients of such answers to where they are.
        remove: [...edits.remove, ...(status === 201 || Math.floor(status / 100) === 3 ? ['location'] : [])],
        set: [...type.filter(({ name }) => !edits.set.some((edit) => edit.name === name)), ...edits.set],
      },
    }
  },
}
