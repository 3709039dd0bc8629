import { type DescField, type DescMessage, fromJson, type JsonValue } from '@bufbuild/protobuf'
import { envoyRegistry } from './registry.ts'

export interface Mistake {
  /** As one would write it: `filter_chains[0].filters[1].typed_config.stat_prefix`; '' for the whole. */
  readonly path: string
  readonly message: string
}

/** What makes JSON no message of Envoy's API, and where. Nothing when it is one. */
export function findMistake(desc: DescMessage, json: unknown, path = ''): Mistake | undefined {
  if (desc.typeName === 'google.protobuf.Any') return findInAny(json, path)
  if (desc.typeName.startsWith('google.protobuf.')) return tryMessage(desc, json, path)
  if (!isMap(json)) return { path, message: `should be a map: ${desc.typeName}` }
  const chosen = new Map<string, string>()
  for (const [key, value] of Object.entries(json)) {
    const at = path === '' ? key : `${path}.${key}`
    const field = desc.fields.find(({ name, jsonName }) => name === key || jsonName === key)
    if (field === undefined) return { path: at, message: `${desc.typeName} has no field ${key}` }
    if (field.oneof && value !== null) {
      const other = chosen.get(field.oneof.name)
      if (other !== undefined) return { path: at, message: `there is ${other} already: one of them` }
      chosen.set(field.oneof.name, key)
    }
    const mistake = value === null ? undefined : findInField(desc, field, value, at)
    if (mistake) return mistake
  }
  return undefined
}

function findInField(desc: DescMessage, field: DescField, value: unknown, at: string): Mistake | undefined {
  if (field.fieldKind === 'message') return findMistake(field.message, value, at)
  if (field.fieldKind === 'list' && field.listKind === 'message') {
    if (!Array.isArray(value)) return { path: at, message: 'should be a list' }
    return first(value.map((one: unknown, i) => () => findMistake(field.message, one, `${at}[${i}]`)))
  }
  if (field.fieldKind === 'map' && field.mapKind === 'message') {
    if (!isMap(value)) return { path: at, message: 'should be a map' }
    return first(
      Object.entries(value).map(
        ([key, one]) =>
          () =>
            findMistake(field.message, one, `${at}['${key}']`),
      ),
    )
  }
  return tryMessage(desc, { [field.name]: value }, at)
}

function findInAny(json: unknown, path: string): Mistake | undefined {
  if (!isMap(json)) return { path, message: 'should be a map with @type' }
  const { '@type': url, ...rest } = json
  if (typeof url !== 'string') return { path, message: 'has no @type' }
  const desc = envoyRegistry().getMessage(url.slice(url.lastIndexOf('/') + 1))
  if (desc === undefined) return { path: `${path}.@type`, message: `Envoy has no message ${url}` }
  return findMistake(desc, desc.typeName.startsWith('google.protobuf.') ? rest.value : rest, path)
}

function tryMessage(desc: DescMessage, json: unknown, path: string): Mistake | undefined {
  try {
    fromJson(desc, json as JsonValue, { registry: envoyRegistry() })
    return undefined
  } catch (error) {
    const { cause, message } = error as Error
    return { path, message: cause instanceof Error ? cause.message : message }
  }
}

function first(checks: readonly (() => Mistake | undefined)[]): Mistake | undefined {
  for (const check of checks) {
    const mistake = check()
    if (mistake) return mistake
  }
  return undefined
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
