import type { Schema } from './schema.ts'

interface Packed {
  readonly versions: Readonly<Record<string, number>>
  readonly nodes: readonly Record<string, unknown>[]
}

/** Turns generated text (nodes that name each other by index) into schemas by version. Equal parts are one object. */
export function linkSchemas(text: string): ReadonlyMap<string, Schema> {
  const { versions, nodes } = JSON.parse(text) as Packed
  const at = (index: unknown): Record<string, unknown> => nodes[index as number]!
  for (const node of nodes) {
    if (typeof node.items === 'number') node.items = at(node.items)
    if (typeof node.not === 'number') node.not = at(node.not)
    if (typeof node.additionalProperties === 'number') node.additionalProperties = at(node.additionalProperties)
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      if (Array.isArray(node[keyword])) node[keyword] = node[keyword].map(at)
    }
    const properties = node.properties as Record<string, unknown> | undefined
    for (const name of Object.keys(properties ?? {})) properties![name] = at(properties![name])
  }
  return new Map(Object.entries(versions).map(([version, index]) => [version, at(index) as Schema]))
}
