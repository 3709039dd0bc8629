import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair } from 'yaml'
import { parseYamlNodes } from './parse-full-yaml.ts'

/** A place in a text, both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/**
 * Where a field stands in a document: at its key, or at the start of a list's entry. For a field that is absent, its nearest
 * ancestor that is there.
 * @param path as the API server writes it: `spec.rules[0].matches`, `metadata.annotations[example.com/x]`
 */
export function locateField(document: string, path: string): Place {
  const root = parseYamlNodes(document).contents as Node | null
  let offset = root?.range?.[0] ?? 0
  let node: unknown = root
  for (const step of parseFieldPath(path)) {
    const next = enter(node, step)
    if (next === undefined) break
    offset = next.offset
    node = next.node
  }
  return placeOf(document, offset)
}

/** Line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const counter = new LineCounter()
  counter.addNewLine(0)
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) counter.addNewLine(at + 1)
  const { line, col } = counter.linePos(offset)
  return { line, column: col }
}

/** `spec.rules[0].name` -> ['spec', 'rules', '0', 'name']; brackets hold an index or a key with odd characters. */
export function parseFieldPath(path: string): readonly string[] {
  return [...path.matchAll(/\[["']?(.*?)["']?\]|([^.[\]]+)/g)].map((match) => match[1] ?? match[2]!)
}

function enter(node: unknown, step: string): { readonly node: unknown; readonly offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item: Pair) => isScalar(item.key) && String(item.key.value) === step)
    if (!isScalar(pair?.key)) return undefined
    return { node: pair.value, offset: pair.key.range?.[0] ?? 0 }
  }
  if (isSeq(node)) {
    const entry = node.items[Number(step)] as Node | undefined
    return entry?.range ? { node: entry, offset: entry.range[0] } : undefined
  }
  return undefined
}

/** The path of a field of an object that stands at `prefix` in its document. */
export function joinPath(prefix: string, path: string): string {
  if (prefix === '' || path === '') return prefix + path
  return `${prefix}.${path}`
}
