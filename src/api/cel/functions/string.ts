import { asDouble, isInt } from '../number.ts'
import {
  CelError,
  type CelMap,
  codePoints,
  mapEntries,
  noOverload,
  typeName,
  Uint,
  type Value,
  wantIndex,
  wantList,
  wantString,
} from '../value.ts'
import { toText } from './conversion.ts'
import type { CelFunction, Library } from './library.ts'

const on = (call: CelFunction): Readonly<Record<string, CelFunction>> => ({ string: call })

function charAt(value: Value, index: Value): string {
  const points = codePoints(value as string)
  const at = inRange(wantIndex(index, 'charAt'), points.length)
  return points[at] ?? ''
}

function inRange(index: number, length: number): number {
  if (index < 0 || index > length) throw new CelError(`index out of range: ${index}`)
  return index
}

function indexOf(value: Value, search: Value, from: Value = 0): number {
  const points = codePoints(value as string)
  const wanted = wantString(search, 'indexOf')
  const start = inRange(wantIndex(from, 'indexOf'), points.length)
  if (typeof points === 'string') return points.indexOf(wanted, start)
  const found = points.slice(start).join('').indexOf(wanted)
  return found < 0 ? -1 : start + codePoints(points.slice(start).join('').slice(0, found)).length
}

function lastIndexOf(value: Value, search: Value, from?: Value): number {
  const points = codePoints(value as string)
  const wanted = wantString(search, 'lastIndexOf')
  if (from !== undefined) inRange(wantIndex(from, 'lastIndexOf'), points.length)
  if (typeof points === 'string') return points.lastIndexOf(wanted, from === undefined ? undefined : Number(from))
  const last = from === undefined ? points.length : Number(from)
  for (let at = Math.min(last, points.length); at >= 0; at -= 1) {
    if (points.slice(at).join('').startsWith(wanted)) return at
  }
  return -1
}

function substring(value: Value, start: Value, end?: Value): string {
  const points = codePoints(value as string)
  const from = inRange(wantIndex(start, 'substring'), points.length)
  const to = end === undefined ? points.length : inRange(wantIndex(end, 'substring'), points.length)
  if (from > to) throw new CelError(`invalid substring range. start: ${from}, end: ${to}`)
  const part = points.slice(from, to)
  return typeof part === 'string' ? part : part.join('')
}

function replace(value: Value, search: Value, by: Value, limit: Value = -1): string {
  const old = wantString(search, 'replace')
  const text = wantString(by, 'replace')
  const count = wantIndex(limit, 'replace')
  if (count < 0) return (value as string).replaceAll(old, () => text)
  let result = value as string
  let from = 0
  for (let done = 0; done < count; done += 1) {
    const at = result.indexOf(old, from)
    if (at < 0) break
    result = result.slice(0, at) + text + result.slice(at + old.length)
    from = at + text.length + (old === '' ? 1 : 0)
  }
  return result
}

function split(value: Value, separator: Value, limit: Value = -1): readonly string[] {
  const by = wantString(separator, 'split')
  const count = wantIndex(limit, 'split')
  const parts = by === '' ? Array.from(value as string) : (value as string).split(by)
  if (count === 0) return []
  if (count < 0 || parts.length <= count) return parts
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(by)]
}

/** Only the letters of ASCII change; `toLowerCase` would change others, too. */
function lowerAscii(value: Value): string {
  return (value as string).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function upperAscii(value: Value): string {
  return (value as string).replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

function join(list: Value, separator: Value = ''): string {
  return wantList(list, 'join')
    .map((item) => wantString(item, 'join'))
    .join(wantString(separator, 'join'))
}

function quote(value: Value): string {
  return JSON.stringify(wantString(value, 'strings.quote'))
}

/** `'%s has %d'.format([…])`: verbs s, d, f, e, b, o, x, X. */
function format(value: Value, args: Value): string {
  const list = wantList(args, 'format')
  let next = 0
  return (value as string).replace(/%(?:\.(\d+))?(.)/gs, (_, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    if (next >= list.length) throw new CelError(`index ${next} out of range`)
    return formatVerb(verb, list[next++], precision === undefined ? 6 : Number(precision))
  })
}

function formatVerb(verb: string, value: Value, precision: number): string {
  const number = value instanceof Uint ? value.value : value
  switch (verb) {
    case 's':
      return textOf(value)
    case 'd':
      if (isInt(number)) return String(number)
      break
    case 'f':
    case 'e': {
      const double = asDouble(value) ?? (isInt(number) ? Number(number) : undefined)
      if (double !== undefined) return verb === 'f' ? double.toFixed(precision) : exponential(double, precision)
      break
    }
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0'
      if (isInt(number)) return number.toString(2)
      break
    case 'o':
      if (isInt(number)) return number.toString(8)
      break
    case 'x':
    case 'X': {
      const hex = isInt(number)
        ? number.toString(16)
        : typeof value === 'string'
          ? Buffer.from(value).toString('hex')
          : ''
      if (hex !== '' || value === '') return verb === 'x' ? hex : hex.toUpperCase()
      break
    }
    default:
      throw new CelError(`unrecognized formatting clause '%${verb}'`)
  }
  throw noOverload(`format %${verb}`, value)
}

function exponential(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2')
}

function textOf(value: Value): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`
  if (typeName(value) === 'map') {
    const entries = mapEntries(value as CelMap).map(([key, item]) => `${textOf(key)}: ${textOf(item)}`)
    return `{${entries.sort().join(', ')}}`
  }
  return toText(value)
}

/** CEL's string functions and the strings extension. */
export const stringLibrary: Library = {
  functions: { 'strings.quote': quote },
  methods: {
    startsWith: on((value, prefix) => (value as string).startsWith(wantString(prefix, 'startsWith'))),
    endsWith: on((value, suffix) => (value as string).endsWith(wantString(suffix, 'endsWith'))),
    contains: on((value, part) => (value as string).includes(wantString(part, 'contains'))),
    charAt: on(charAt),
    indexOf: on(indexOf),
    lastIndexOf: on(lastIndexOf),
    substring: on(substring),
    replace: on(replace),
    split: on(split),
    lowerAscii: on(lowerAscii),
    upperAscii: on(upperAscii),
    trim: on((value) => (value as string).trim()),
    reverse: on((value) =>
      Array.from(value as string)
        .reverse()
        .join(''),
    ),
    format: on(format),
    join: { list: join },
  },
}
