import type { Crd, CrdSchema } from './read-crds.ts'

/** Keywords that keep their name, and how the x-kubernetes ones are called in src/api/schema/schema.ts. */
const KEPT = new Map(
  [
    ...['type', 'format', 'required', 'enum', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
    ...['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems', 'uniqueItems'],
    ...['minProperties', 'maxProperties', 'nullable', 'default'],
  ].map((keyword): [string, string] => [keyword, keyword]),
)
const RENAMED = new Map([
  ['x-kubernetes-list-type', 'listType'],
  ['x-kubernetes-list-map-keys', 'listKeys'],
  ['x-kubernetes-int-or-string', 'intOrString'],
  ['x-kubernetes-preserve-unknown-fields', 'preserveUnknown'],
  ['x-kubernetes-embedded-resource', 'embeddedResource'],
  ['x-kubernetes-validations', 'rules'],
])
/** Documentation for people, or for server-side apply, which does not concern us. */
const LEFT_OUT = new Set(['description', 'x-kubernetes-map-type', 'externalDocs', 'title', 'example'])

/** Nodes of one kind, each written once: `HTTPRoute` repeats its filters in rules, backendRefs and versions. */
class Nodes {
  readonly lines: string[] = []
  readonly #known = new Map<string, number>()

  add(schema: CrdSchema): number {
    const line = JSON.stringify(this.#compact(schema))
    const known = this.#known.get(line)
    if (known !== undefined) return known
    this.#known.set(line, this.lines.length)
    return this.lines.push(line) - 1
  }

  #compact(schema: CrdSchema): Readonly<Record<string, unknown>> {
    const node: Record<string, unknown> = {}
    for (const [keyword, value] of Object.entries(schema).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const name = KEPT.get(keyword) ?? RENAMED.get(keyword)
      if (name !== undefined) node[name] = value
      else if (!LEFT_OUT.has(keyword)) node[keyword] = this.#child(keyword, value)
    }
    return node
  }

  #child(keyword: string, value: unknown): unknown {
    switch (keyword) {
      case 'items':
      case 'not':
        return this.add(value as CrdSchema)
      case 'additionalProperties':
        return value === true ? true : this.add(value as CrdSchema)
      case 'allOf':
      case 'anyOf':
      case 'oneOf':
        return (value as CrdSchema[]).map((schema) => this.add(schema))
      case 'properties':
        return Object.fromEntries(
          Object.entries(value as Record<string, CrdSchema>).map(([name, schema]) => [name, this.add(schema)]),
        )
      default:
        throw new Error(`the generator doesn't know the keyword ${keyword}`)
    }
  }
}

/** The compact schemas of one kind as a module; JSON in a string is parsed only when the kind is met. */
export function writeSchema({ kind, versions }: Crd, header: string): string {
  const nodes = new Nodes()
  const roots = versions.map(({ name, schema }) => `"${name}":${nodes.add(withPlainMetadata(schema.openAPIV3Schema))}`)
  const json = `{"versions":{${roots.join(',')}},"nodes":[\n${nodes.lines.join(',\n')}\n]}`
  if (/`|\$\{/.test(json)) throw new Error(`${kind}: its schema can't stand in a template string`)
  return `${header}\n\nexport const ${constantName(kind)} = String.raw\`${json}\`\n`
}

/** Metadata has the same rules everywhere: src/api/metadata.ts knows them. */
function withPlainMetadata(schema: CrdSchema): CrdSchema {
  const metadata: CrdSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  return { ...schema, properties: { ...schema.properties, metadata } }
}

/** The table of all kinds with their versions, the preferred one first. */
export function writeKinds(crds: readonly Crd[], header: string): string {
  const imports = crds.map(({ kind }) => `import { ${constantName(kind)} } from './${schemaFile(kind)}'`)
  const entries = crds.map(({ group, kind, namespaced, versions }) => {
    const names = versions.map(({ name }) => `'${name}'`).join(', ')
    const status = versions.some((version) => version.subresources?.status !== undefined)
    const fields = `group: '${group}', kind: '${kind}', namespaced: ${namespaced}, status: ${status}, versions: [${names}]`
    return `  { ${fields}, schema: ${constantName(kind)} },`
  })
  const list = `export const GENERATED_KINDS: readonly GeneratedKind[] = [\n${entries.join('\n')}\n]`
  return `${header}\nimport type { GeneratedKind } from '../kind.ts'\n${imports.join('\n')}\n\n${list}\n`
}

export function schemaFile(kind: string): string {
  return `schema-${kind.toLowerCase()}.ts`
}

function constantName(kind: string): string {
  return `${kind.toUpperCase()}_SCHEMA`
}
