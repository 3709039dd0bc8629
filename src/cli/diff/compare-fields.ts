import { isDeepStrictEqual } from 'node:util'

/** One place where two values differ; a side that is absent has none there. */
export interface FieldChange {
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

/** Where two values differ, as far down as they can be compared. An item that moved into a list moves no other. */
export function compareFields(before: unknown, after: unknown, path = ''): readonly FieldChange[] {
  if (isDeepStrictEqual(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, path)
  if (isMap(before) && isMap(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) => compareFields(before[name], after[name], path === '' ? name : `${path}.${name}`))
  }
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
}

function compareLists(before: readonly unknown[], after: readonly unknown[], path: string): readonly FieldChange[] {
  const shortest = Math.min(before.length, after.length)
  let head = 0
  while (head < shortest && isDeepStrictEqual(before[head], after[head])) head++
  let tail = 0
  while (tail < shortest - head && isDeepStrictEqual(before.at(-1 - tail), after.at(-1 - tail))) tail++
  const [old, fresh] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)]
  return Array.from({ length: Math.max(old.length, fresh.length) }, (_, index) =>
    compareFields(old[index], fresh[index], `${path}[${head + index}]`),
  ).flat()
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
