import type { Crd, CrdSchema } from './read-crds.ts'
import { TYPE_NAMES } from './type-names.ts'

/** TypeScript interfaces for every kind at its preferred version. Fields with a default are not optional: validation fills them. */
export function writeTypes(crds: readonly Crd[], header: string): string {
  const declared = new Map<string, string>()
  for (const { group, kind, versions } of crds) {
    const preferred = versions[0]!
    const { spec, status } = preferred.schema.openAPIV3Schema.properties!
    const lines = [
      `  readonly apiVersion: '${group}/${preferred.name}'`,
      `  readonly kind: '${kind}'`,
      `  readonly spec: ${typeOf(spec!, `${kind}.spec`, declared)}`,
    ]
    if (status !== undefined) lines.push(`  readonly status?: ${typeOf(status, `${kind}.status`, declared)}`)
    declare(kind, `extends KubeObject {\n${lines.join('\n')}\n}`, declared)
  }
  const interfaces = [...declared]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, body]) => `export interface ${name} ${body}`)
  return `${header}\nimport type { KubeObject } from '../object.ts'\n\n${interfaces.join('\n\n')}\n`
}

function typeOf(schema: CrdSchema, path: string, declared: Map<string, string>): string {
  if (schema.enum !== undefined) return schema.enum.map(quote).join(' | ')
  if (schema['x-kubernetes-int-or-string']) return 'number | string'
  switch (schema.type) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'boolean'
    case 'integer':
    case 'number':
      return 'number'
    case 'array': {
      const item = typeOf(schema.items!, `${path}[]`, declared)
      return item.includes('|') ? `readonly (${item})[]` : `readonly ${item}[]`
    }
    case 'object':
      return schema.properties === undefined ? mapOf(schema, path, declared) : named(schema, path, declared)
    default:
      throw new Error(`${path}: the generator has no TypeScript for type ${schema.type}`)
  }
}

function mapOf(schema: CrdSchema, path: string, declared: Map<string, string>): string {
  const values = schema.additionalProperties
  const value = typeof values === 'object' ? typeOf(values, `${path}{}`, declared) : 'unknown'
  return `Readonly<Record<string, ${value}>>`
}

function named(schema: CrdSchema, path: string, declared: Map<string, string>): string {
  const fields = Object.entries(schema.properties!).map(([field, value]) => {
    const filled = schema.required?.includes(field) || value.default !== undefined
    return `  readonly ${field}${filled ? '' : '?'}: ${typeOf(value, `${path}.${field}`, declared)}`
  })
  const name = nameOf(path)
  declare(name, `{\n${fields.join('\n')}\n}`, declared)
  return name
}

/** `HTTPRoute.spec.rules[]` without an entry in the table is `HTTPRouteRule`; `HTTPRoute.spec` is `HTTPRouteSpec`. */
function nameOf(path: string): string {
  const listed = TYPE_NAMES.find(([pattern]) => pattern.test(path))
  if (listed !== undefined) return listed[1]
  if (/^\w+\.(spec|status)$/.test(path)) return path.replace(/\.(s)/, (_, first: string) => first.toUpperCase())
  const rule = /^(\w+)\.spec\.rules\[\]$/.exec(path)
  if (rule !== null) return `${rule[1]}Rule`
  throw new Error(`${path} has no name yet: add one to scripts/api/type-names.ts`)
}

function declare(name: string, body: string, declared: Map<string, string>): void {
  const before = declared.get(name)
  if (before !== undefined && before !== body) throw new Error(`two shapes want the name ${name}:\n${before}\n${body}`)
  declared.set(name, body)
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
