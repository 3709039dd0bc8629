import type { FieldEdits } from '#kit/field-edits.ts'
import type { Message } from '../message.ts'

/**
 * Fields of Envoy's routes, weighted clusters and virtual hosts. Envoy removes before it adds, and adds in order.
 * @param edits one after the other: of a removal and an addition of the same name the later counts
 */
export function buildHeaderEdits(side: 'request' | 'response', edits: readonly FieldEdits[]): Message {
  const remove = new Set<string>()
  let add: { readonly name: string; readonly option: Message }[] = []
  for (const one of edits) {
    for (const name of one.remove) {
      remove.add(name)
      add = add.filter((before) => before.name !== name)
    }
    for (const { name, value } of one.set) {
      // Of one list Envoy makes those that overwrite first, wherever they stand: what was added before is lost to them.
      add = add.filter((before) => before.name !== name)
      add.push(entry(name, value, 'OVERWRITE_IF_EXISTS_OR_ADD'))
    }
    for (const { name, value } of one.add) add.push(entry(name, value, 'APPEND_IF_EXISTS_OR_ADD'))
    for (const { name, value } of one.addIfAbsent ?? []) add.push(entry(name, value, 'ADD_IF_ABSENT'))
  }
  return {
    ...(add.length > 0 && { [`${side}_headers_to_add`]: add.map(({ option }) => option) }),
    ...(remove.size > 0 && { [`${side}_headers_to_remove`]: [...remove] }),
  }
}

function entry(key: string, value: string, action: string): { name: string; option: Message } {
  // An empty value is a value; Envoy leaves such fields out unless it is told otherwise.
  const option = {
    header: { key, value: literal(value) },
    append_action: action,
    ...(value === '' && { keep_empty_value: true }),
  }
  return { name: key, option }
}

/** Text that Envoy must not read as a command: `%` begins one. */
export function literal(text: string): string {
  return text.replaceAll('%', '%%')
}
