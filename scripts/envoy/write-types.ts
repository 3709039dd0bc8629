import { type DescEnum, type DescField, type DescMessage, type FileRegistry, ScalarType } from '@bufbuild/protobuf'
import { anyTypes, resourceTypes } from './type-roots.ts'

/** One file of types per Protobuf package, and `any.ts` with all that can stand in an Any. @returns text by file name */
export function writeTypes(registry: FileRegistry): Map<string, string> {
  const packages = new Map<string, Map<string, string>>()
  const queue = [...resourceTypes, ...anyTypes].map((name) => {
    const message = registry.getMessage(name)
    if (message === undefined) throw new Error(`Envoy has no message ${name}`)
    return message as DescMessage | DescEnum
  })
  const seen = new Set(queue)
  for (const desc of queue) {
    const types = packages.get(desc.file.proto.package) ?? new Map<string, string>()
    packages.set(desc.file.proto.package, types)
    const follow = (next: DescMessage | DescEnum): void => {
      if (seen.has(next)) return
      seen.add(next)
      queue.push(next)
    }
    types.set(nameOf(desc), desc.kind === 'enum' ? writeEnum(desc) : writeMessage(desc, follow))
  }
  const files = new Map([...packages].map(([name, types]) => [`${name}.ts`, writeFile(name, types)]))
  return files.set('any.ts', writeAny(registry))
}

const head = '// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.\n'

function writeFile(name: string, types: ReadonlyMap<string, string>): string {
  const body = [...types.keys()]
    .sort()
    .map((one) => types.get(one)!)
    .join('\n')
    .replaceAll(`${aliasOf(name)}$.`, '')
  const imported = new Set([...body.matchAll(/\b([a-z]\w*)\$\./g)].map(([, alias = '']) => alias))
  const imports = [...imported].sort().map((alias) => {
    const file = alias.replaceAll('__', '.')
    return `import type * as ${alias}$ from './${file}.ts'\n`
  })
  const shared = ['AnyJson', 'Json', 'JsonMap'].filter((one) => new RegExp(`\\b${one}\\b(?!\\$)`).test(body))
  const any = shared.length > 0 ? `import type { ${shared.join(', ')} } from './any.ts'\n` : ''
  return `${head}\n${any}${imports.join('')}${any || imports.length > 0 ? '\n' : ''}${body}`
}

function writeAny(registry: FileRegistry): string {
  const names = [...anyTypes].sort().map((name) => registry.getMessage(name)!)
  const aliases = [...new Set(names.map((one) => aliasOf(one.file.proto.package)))].sort()
  const imports = aliases.map((alias) => `import type * as ${alias}$ from './${alias.replaceAll('__', '.')}.ts'\n`)
  const lines = names.map((one) => `  '${one.typeName}': ${aliasOf(one.file.proto.package)}$.${nameOf(one)}\n`)
  return `${head}
${imports.join('')}
export type Json = string | number | boolean | null | readonly Json[] | JsonMap
export type JsonMap = { readonly [name: string]: Json }

/** What can stand in an Any, by the type's full name. */
export interface AnyTypes {
${lines.join('')}}

/** A message that says of which type it is. */
export type AnyJson = {
  [Name in keyof AnyTypes]: { readonly '@type': \`type.googleapis.com/\${Name}\` } & AnyTypes[Name]
}[keyof AnyTypes]
`
}

function writeEnum(desc: DescEnum): string {
  return `export type ${nameOf(desc)} =\n${desc.values.map(({ name }) => `  | '${name}'\n`).join('')}`
}

function writeMessage(desc: DescMessage, follow: (next: DescMessage | DescEnum) => void): string {
  if (desc.fields.length === 0) return `export type ${nameOf(desc)} = Readonly<Record<never, never>>\n`
  const lines = desc.fields.map((field) => `  readonly ${field.name}?: ${typeOf(field, follow)}\n`)
  return `export interface ${nameOf(desc)} {\n${lines.join('')}}\n`
}

function typeOf(field: DescField, follow: (next: DescMessage | DescEnum) => void): string {
  const one = (part: { scalar?: ScalarType; message?: DescMessage; enum?: DescEnum }): string => {
    if (part.message) return messageType(part.message, follow)
    if (part.enum) return reference(part.enum, follow)
    return scalarType(part.scalar!)
  }
  switch (field.fieldKind) {
    case 'list':
      return `readonly ${wrap(one(field as never))}[]`
    case 'map':
      return `{ readonly [key: string]: ${one(field as never)} }`
    default:
      return one(field as never)
  }
}

function wrap(type: string): string {
  return type.includes(' ') ? `(${type})` : type
}

function reference(desc: DescMessage | DescEnum, follow: (next: DescMessage | DescEnum) => void): string {
  follow(desc)
  return `${aliasOf(desc.file.proto.package)}$.${nameOf(desc)}`
}

/** The types that Protobuf's JSON writes in a form of their own. */
const special: Readonly<Record<string, string>> = {
  'google.protobuf.Any': 'AnyJson',
  'google.protobuf.Struct': 'JsonMap',
  'google.protobuf.Value': 'Json',
  'google.protobuf.ListValue': 'readonly Json[]',
  'google.protobuf.Duration': 'string',
  'google.protobuf.Timestamp': 'string',
  'google.protobuf.FieldMask': 'string',
  'google.protobuf.BoolValue': 'boolean',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.BytesValue': 'string',
  'google.protobuf.UInt32Value': 'number',
  'google.protobuf.Int32Value': 'number',
  'google.protobuf.UInt64Value': 'number | string',
  'google.protobuf.Int64Value': 'number | string',
  'google.protobuf.FloatValue': 'number',
  'google.protobuf.DoubleValue': 'number',
}

function messageType(desc: DescMessage, follow: (next: DescMessage | DescEnum) => void): string {
  return special[desc.typeName] ?? reference(desc, follow)
}

function scalarType(type: ScalarType): string {
  switch (type) {
    case ScalarType.BOOL:
      return 'boolean'
    // Bytes are base64.
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return 'string'
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 'number | string'
    default:
      return 'number'
  }
}

/** `Cluster_DnsLookupFamily` for a message or enum inside another. */
function nameOf(desc: DescMessage | DescEnum): string {
  return desc.parent ? `${nameOf(desc.parent)}_${desc.name}` : desc.name
}

function aliasOf(name: string): string {
  return name.replaceAll('.', '__')
}
