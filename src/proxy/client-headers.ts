import { randomUUID } from 'node:crypto'
import type { ClientHeaders, WideFieldEdits } from '#ir'
import { encodeFieldValue } from '#kit/field-edits.ts'
import { addField, type Fields, getField, type RequestHead, removeField, setField } from './message.ts'
import { compileTextPattern } from './text-pattern.ts'

/** What a listener does to fields, ready to run. */
export interface CompiledHeaders {
  /** Before a route is looked for. @returns false: the request is refused */
  readonly early: (head: RequestHead) => boolean
  /** At the very end, whoever answers. */
  readonly late: ((fields: Fields) => void) | undefined
}

const compiled = new WeakMap<ClientHeaders, CompiledHeaders>()

/** Compiled once for all listeners that have them from the same policy. */
export function compileHeaders(headers: ClientHeaders): CompiledHeaders {
  const known = compiled.get(headers)
  if (known) return known
  const { early, late, underscores, requestId, stripHostDot } = headers
  const edit = early && compileEdits(early)
  const made: CompiledHeaders = {
    early(head) {
      if (underscores && !judgeUnderscores(head.fields, underscores)) return false
      edit?.(head.fields)
      if (requestId) identify(head.fields, requestId)
      if (stripHostDot) head.authority = head.authority.replace(/\.(?=:\d*$|$)/, '')
      return true
    },
    late: late && compileEdits(late),
  }
  compiled.set(headers, made)
  return made
}

function judgeUnderscores(fields: Fields, action: 'reject' | 'drop'): boolean {
  for (let i = fields.length - 2; i >= 0; i -= 2) {
    if (!fields[i]!.includes('_')) continue
    if (action === 'reject') return false
    fields.splice(i, 2)
  }
  return true
}

function identify(fields: Fields, how: NonNullable<ClientHeaders['requestId']>): void {
  if (how === 'remove') removeField(fields, 'x-request-id')
  else if (how === 'make' || getField(fields, 'x-request-id') === undefined)
    setField(fields, 'x-request-id', randomUUID())
}

function compileEdits({ remove, removeMatching, set, add, addIfAbsent }: WideFieldEdits): (fields: Fields) => void {
  const encode = (edits: WideFieldEdits['add']) =>
    edits.map(({ name, value }) => ({ name, value: encodeFieldValue(value) }))
  const [setting, adding, filling] = [encode(set), encode(add), encode(addIfAbsent)]
  const patterns = removeMatching.map(compileTextPattern)
  return (fields) => {
    for (const name of remove) removeField(fields, name)
    if (patterns.length > 0) removeWhere(fields, (name) => patterns.some((matches) => matches(name)))
    for (const { name, value } of setting) setField(fields, name, value)
    for (const { name, value } of adding) addField(fields, name, value)
    for (const { name, value } of filling) if (getField(fields, name) === undefined) addField(fields, name, value)
  }
}

function removeWhere(fields: Fields, matches: (name: string) => boolean): void {
  for (let i = fields.length - 2; i >= 0; i -= 2) if (matches(fields[i]!)) fields.splice(i, 2)
}
