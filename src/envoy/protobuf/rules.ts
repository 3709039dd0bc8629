import {
  type DescField,
  type DescMessage,
  getExtension,
  hasExtension,
  type Message,
  ScalarType,
} from '@bufbuild/protobuf'
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect'
import { compileRegex } from '#kit/regex.ts'
import { envoyRegistry } from './registry.ts'

/** Judges the value of a field, as it stands in JSON; undefined: the field is absent. @returns what is wrong */
export type Check = (value: unknown) => string | undefined

/** The rules (validate.rules) of a field; nothing where there are none. */
export function compileRules(field: DescField): Check | undefined {
  const extension = envoyRegistry().getExtension('validate.rules')!
  const { options } = field.proto
  if (!options || !hasExtension(options, extension)) return undefined
  const rules = reflect(extension.message!, getExtension(options, extension) as Message)
  const check = compile(rules, field)
  if (check === undefined) return undefined
  // What is absent has its type's zero, unless the field knows presence: then it may only be required.
  const zero = zeroOf(field)
  const whenAbsent = field.oneof ? undefined : zero === undefined ? absent(rules) : check(zero)
  return (value) => (value === undefined || value === null ? whenAbsent : check(value))
}

/** The value that a field without presence has when it is absent. */
function zeroOf(field: DescField): unknown {
  if (field.oneof) return undefined
  switch (field.fieldKind) {
    case 'message':
      return undefined
    case 'list':
      return []
    case 'map':
      return {}
    case 'enum':
      return field.proto.proto3Optional ? undefined : field.enum.values[0]?.name
    case 'scalar':
      if (field.proto.proto3Optional) return undefined
      if (field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES) return ''
      return field.scalar === ScalarType.BOOL ? false : 0
  }
}

function absent(rules: ReflectMessage): string | undefined {
  const needed = [read(rules, 'message'), read(rules, 'any'), read(rules, 'duration')].some(
    (one) => one !== undefined && read(one as ReflectMessage, 'required') === true,
  )
  return needed ? 'is required' : undefined
}

/** The value of a rule, where it is set. */
function read(rules: ReflectMessage, name: string): unknown {
  const field = rules.desc.fields.find((one) => one.name === name)
  return field && rules.isSet(field) ? rules.get(field) : undefined
}

function compile(rules: ReflectMessage, field: Pick<DescField, 'message'> & Partial<DescField>): Check | undefined {
  for (const kind of rules.desc.fields) {
    if (kind.name === 'message' || !rules.isSet(kind)) continue
    const own = rules.get(kind) as ReflectMessage
    if (kind.name === 'string' || kind.name === 'bytes') return checkText(own)
    if (kind.name === 'repeated') return checkList(own, field)
    if (kind.name === 'map') return checkMap(own)
    if (kind.name === 'enum') return checkEnum(own, field)
    if (kind.name === 'bool')
      return (value) => (value === read(own, 'const') ? undefined : `must be ${read(own, 'const')}`)
    if (kind.name === 'any') return () => undefined
    if (kind.name === 'duration') return checkRange(own, (value) => parseSeconds(String(value)), 's')
    return checkRange(own, Number, '')
  }
  return () => undefined
}

function checkText(rules: ReflectMessage): Check {
  const ignoreEmpty = read(rules, 'ignore_empty') === true
  const min = Number(read(rules, 'min_len') ?? read(rules, 'min_bytes') ?? 0)
  const maxLength = Number(read(rules, 'max_len') ?? Number.POSITIVE_INFINITY)
  const maxBytes = Number(read(rules, 'max_bytes') ?? Number.POSITIVE_INFINITY)
  const prefix = String(read(rules, 'prefix') ?? '')
  const suffix = String(read(rules, 'suffix') ?? '')
  const choice = [...((read(rules, 'in') as Iterable<unknown> | undefined) ?? [])]
  const pattern = patternOf(rules)
  return (value) => {
    const text = String(value)
    if (text === '' && ignoreEmpty) return undefined
    if (text.length < min) return min === 1 ? 'must not be empty' : `must have at least ${min} characters`
    if (text.length > maxLength) return `must have at most ${maxLength} characters`
    if (Buffer.byteLength(text) > maxBytes) return `must have at most ${maxBytes} bytes`
    if (!text.startsWith(prefix)) return `must begin with ${prefix}`
    if (!text.endsWith(suffix)) return `must end with ${suffix}`
    if (choice.length > 0 && !choice.includes(text)) return `must be one of ${choice.join(', ')}`
    return pattern && !pattern.test(text) ? `has characters that may not be there: ${JSON.stringify(text)}` : undefined
  }
}

// protoc-gen-validate's reading of its KnownRegex, strict and not.
const fieldName = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/
const fieldValue = /^[^\x00-\x08\x0a-\x1f\x7f]*$/
const oneLine = /^[^\x00\x0a\x0d]*$/

function patternOf(rules: ReflectMessage): { test(text: string): boolean } | undefined {
  const source = read(rules, 'pattern')
  if (source !== undefined) {
    // RE2, found anywhere in the text: ours matches the whole.
    const regex = compileRegex(`(?s:.*)(?:${String(source)})(?s:.*)`)
    return regex.ok ? regex.value : undefined
  }
  const known = read(rules, 'well_known_regex')
  if (known !== 1 && known !== 2) return undefined
  if (read(rules, 'strict') === false) return oneLine
  return known === 1 ? fieldName : fieldValue
}

function checkList(rules: ReflectMessage, field: Pick<DescField, 'message'>): Check {
  const min = Number(read(rules, 'min_items') ?? 0)
  const max = Number(read(rules, 'max_items') ?? Number.POSITIVE_INFINITY)
  const items = read(rules, 'items') as ReflectMessage | undefined
  const check = items && compile(items, field)
  return (value) => {
    const list = value as readonly unknown[]
    if (list.length < min) return min === 1 ? 'must not be empty' : `must have at least ${min} entries`
    if (list.length > max) return `must have at most ${max} entries`
    if (read(rules, 'unique') === true && new Set(list).size < list.length) return 'has an entry twice'
    for (const one of check ? list : []) {
      const message = check?.(one)
      if (message !== undefined) return message
    }
    return undefined
  }
}

function checkMap(rules: ReflectMessage): Check {
  const min = Number(read(rules, 'min_pairs') ?? 0)
  const keys = read(rules, 'keys') as ReflectMessage | undefined
  const check = keys && compile(keys, { message: undefined })
  return (value) => {
    const names = Object.keys(value as object)
    if (names.length < min) return 'must not be empty'
    return names.map((name) => check?.(name)).find((message) => message !== undefined)
  }
}

function checkEnum(rules: ReflectMessage, field: Partial<DescField>): Check {
  const { enum: desc } = field as { enum?: { values: readonly { name: string; number: number }[] } }
  const refused = [...((read(rules, 'not_in') as Iterable<number> | undefined) ?? [])]
  const fixed = read(rules, 'const')
  return (value) => {
    const number = typeof value === 'number' ? value : (desc?.values.find(({ name }) => name === value)?.number ?? 0)
    if (refused.includes(number)) return `must not be ${String(value)}`
    return fixed !== undefined && fixed !== number ? `must not be ${String(value)}` : undefined
  }
}

function checkRange(rules: ReflectMessage, parse: (value: unknown) => number, unit: string): Check {
  const limit = (name: string): number | undefined => {
    const bound = read(rules, name)
    return bound === undefined ? undefined : unit === 's' ? secondsOf(bound as ReflectMessage) : Number(bound)
  }
  const [gt, gte, lt, lte] = [limit('gt'), limit('gte'), limit('lt'), limit('lte')]
  const ignoreEmpty = hasField(rules.desc, 'ignore_empty') && read(rules, 'ignore_empty') === true
  return (value) => {
    const number = parse(value)
    if (number === 0 && ignoreEmpty) return undefined
    if (gt !== undefined && !(number > gt)) return `must be more than ${gt}${unit}, is ${String(value)}`
    if (gte !== undefined && !(number >= gte)) return `must be at least ${gte}${unit}, is ${String(value)}`
    if (lt !== undefined && !(number < lt)) return `must be less than ${lt}${unit}, is ${String(value)}`
    return lte !== undefined && !(number <= lte) ? `must be at most ${lte}${unit}, is ${String(value)}` : undefined
  }
}

function hasField(desc: DescMessage, name: string): boolean {
  return desc.fields.some((one) => one.name === name)
}

function secondsOf(duration: ReflectMessage): number {
  const { seconds, nanos } = duration.message as unknown as { seconds: bigint; nanos: number }
  return Number(seconds) + nanos / 1e9
}

function parseSeconds(text: string): number {
  return Number(text.slice(0, -1))
}
