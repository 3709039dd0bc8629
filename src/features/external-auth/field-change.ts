import { addField, type Fields, getField, removeField, setField } from '#proxy'
import type { FieldChange } from './verdict.ts'

/** Applies changes one after the other. */
export function applyChanges(fields: Fields, changes: readonly FieldChange[]): void {
  for (const change of changes) {
    const { name } = change
    const present = getField(fields, name) !== undefined
    switch (change.kind) {
      case 'remove':
        removeField(fields, name)
        break
      case 'add':
        addField(fields, name, change.value)
        break
      case 'set':
        setField(fields, name, change.value)
        break
      case 'addIfAbsent':
        if (!present) addField(fields, name, change.value)
        break
      case 'setIfPresent':
        if (present) setField(fields, name, change.value)
    }
  }
}

// Host and framing are the gateway's own (RFC 9110 7.6.1): an authoriser that names them is not followed.
const ownedByGateway = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Whether a name from an authoriser may be changed: a token in lower case, no pseudo-header, nothing of the gateway's own. */
export function isOpenName(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name) && !ownedByGateway.has(name)
}

/** RFC 9110 5.5, without which a value could end its field and begin another. */
export function isSafeValue(value: string): boolean {
  return !/[\x00-\x08\x0a-\x1f\x7f]/.test(value)
}
