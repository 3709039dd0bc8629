import { type DescField, type DescMessage, type DescOneof, getExtension, hasExtension } from '@bufbuild/protobuf'
import type { Mistake } from './find-mistake.ts'
import { envoyRegistry } from './registry.ts'
import { type Check, compileRules } from './rules.ts'

/**
 * What in JSON that is a message breaks the rules (validate.rules) of Envoy's API, and where: Envoy would refuse it.
 * Nothing when it breaks none. Not judged: addresses, URIs and the like in strings, which few fields ask for.
 */
export function findViolation(desc: DescMessage, json: unknown, path = ''): Mistake | undefined {
  if (desc.typeName === 'google.protobuf.Any') return findInAny(json, path)
  if (desc.typeName.startsWith('google.protobuf.') || json === null) return undefined
  const map = json as Readonly<Record<string, unknown>>
  const judge = judgeOf(desc)
  for (const { field, check } of judge.fields) {
    const value = map[field.name] ?? map[field.jsonName]
    const message = check(value)
    if (message !== undefined) return { path: below(path, field.name), message }
  }
  for (const oneof of judge.oneofs) {
    if (oneof.fields.some(({ name, jsonName }) => (map[name] ?? map[jsonName] ?? null) !== null)) continue
    return { path, message: `one of ${oneof.fields.map(({ name }) => name).join(', ')} is required` }
  }
  for (const field of judge.parents) {
    const value = map[field.name] ?? map[field.jsonName]
    const found = value === undefined || value === null ? undefined : findBelow(field, value, below(path, field.name))
    if (found) return found
  }
  return undefined
}

function findBelow(field: DescField, value: unknown, at: string): Mistake | undefined {
  const { message } = field as { message: DescMessage }
  if (field.fieldKind === 'message') return findViolation(message, value, at)
  if (field.fieldKind === 'list') {
    for (const [i, one] of (value as readonly unknown[]).entries()) {
      const found = findViolation(message, one, `${at}[${i}]`)
      if (found) return found
    }
    return undefined
  }
  for (const [key, one] of Object.entries(value as object)) {
    const found = findViolation(message, one, `${at}['${key}']`)
    if (found) return found
  }
  return undefined
}

function findInAny(json: unknown, path: string): Mistake | undefined {
  const { '@type': url } = json as { readonly '@type': string }
  const desc = envoyRegistry().getMessage(url.slice(url.lastIndexOf('/') + 1))
  return desc && findViolation(desc, json, path)
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** What is asked of the messages of a type, found once. */
interface Judge {
  readonly fields: readonly { readonly field: DescField; readonly check: Check }[]
  readonly oneofs: readonly DescOneof[]
  /** Fields that hold messages. */
  readonly parents: readonly DescField[]
}

const judges = new WeakMap<DescMessage, Judge>()

function judgeOf(desc: DescMessage): Judge {
  const known = judges.get(desc)
  if (known) return known
  const required = envoyRegistry().getExtension('validate.required')!
  const judge: Judge = {
    fields: desc.fields.flatMap((field) => {
      const check = compileRules(field)
      return check ? [{ field, check }] : []
    }),
    oneofs: desc.oneofs.filter(
      ({ proto: { options } }) =>
        options && hasExtension(options, required) && getExtension(options, required) === true,
    ),
    parents: desc.fields.filter((field) => field.message !== undefined),
  }
  judges.set(desc, judge)
  return judge
}
