import { encodeFieldValue } from '#kit/field-edits.ts'
import { addField, type ProxyFilter, removeField, setField } from '#proxy'
import type { ResponseHeaderModifierNode } from './ir.ts'

export const responseHeaderModifier: ProxyFilter<ResponseHeaderModifierNode> = {
  compile(node) {
    const { remove } = node
    const set = node.set.map(({ name, value }) => ({ name, value: encodeFieldValue(value) }))
    const add = node.add.map(({ name, value }) => ({ name, value: encodeFieldValue(value) }))
    return {
      onResponse(_context, { fields }) {
        for (const name of remove) removeField(fields, name)
        for (const { name, value } of set) setField(fields, name, value)
        for (const { name, value } of add) addField(fields, name, value)
      },
    }
  },
}
