import { encodeFieldValue } from '#kit/field-edits.ts'
import { addField, type ProxyFilter, removeField, setField } from '#proxy'
import type { RequestHeaderModifierNode } from './ir.ts'

export const requestHeaderModifier: ProxyFilter<RequestHeaderModifierNode> = {
  compile(node) {
    const { remove } = node
    const set = node.set.map(({ name, value }) => ({ name, value: encodeFieldValue(value) }))
    const add = node.add.map(({ name, value }) => ({ name, value: encodeFieldValue(value) }))
    return {
      onRequest({ head: { fields } }) {
        for (const name of remove) removeField(fields, name)
        for (const { name, value } of set) setField(fields, name, value)
        for (const { name, value } of add) addField(fields, name, value)
        return undefined
      },
    }
  },
}
