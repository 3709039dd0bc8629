import { type Check, type CheckFor, wrongType } from './check.ts'
import { type Report, show } from './report.ts'
import type { Schema } from './schema.ts'

/** Lists: items, sizes, and the uniqueness that sets and maps promise. */
export function compileList(schema: Schema, checkFor: CheckFor): Check {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema
  const identify = identityOf(schema)
  let check: Check | undefined

  return (value, report) => {
    if (!Array.isArray(value)) return wrongType('a list', value, report)
    if (value.length > maxItems) {
      report.add('FieldValueTooMany', `must have at most ${maxItems} items, but has ${value.length}`)
    }
    if (value.length < minItems) {
      report.add('FieldValueInvalid', `must have at least ${minItems} ${minItems === 1 ? 'item' : 'items'}`)
    }
    if (items === undefined) return value
    check ??= checkFor(items)
    const result: unknown[] = new Array(value.length)
    for (let index = 0; index < value.length; index += 1) {
      report.path.push(index)
      const item: unknown = value[index]
      result[index] = check(item === null && items.default !== undefined ? items.default : item, report)
      report.path.pop()
    }
    if (identify !== undefined && result.length > 1) checkUnique(result, identify, report)
    return result
  }
}

/** What makes two items the same; undefined when a list may repeat itself. */
function identityOf(schema: Schema): ((item: unknown) => unknown) | undefined {
  if (schema.listType === 'map') {
    const keys = schema.listKeys ?? []
    return (item) => {
      const entries = keys.map((key) => [key, (item as Record<string, unknown> | null)?.[key]] as const)
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
    }
  }
  return schema.listType === 'set' || schema.uniqueItems ? (item) => item : undefined
}

function checkUnique(list: readonly unknown[], identify: (item: unknown) => unknown, report: Report): void {
  const seen = new Set<string>()
  for (const [index, item] of list.entries()) {
    const identity = identify(item)
    const key = JSON.stringify(identity)
    if (seen.has(key)) report.add('FieldValueDuplicate', `${name(identity)} stands here a second time`, [index])
    seen.add(key)
  }
}

/** `name 'a', type 'b'` for the keys of a map, the value itself for a set. */
function name(identity: unknown): string {
  if (typeof identity !== 'object' || identity === null) return show(identity)
  return Object.entries(identity)
    .map(([key, value]) => `${key} ${show(value)}`)
    .join(', ')
}
