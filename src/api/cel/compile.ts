import { Buffer } from 'node:buffer'
import type { Schema } from '../schema/schema.ts'
import { compare, contains, equals } from './equality.ts'
import { unescapeFieldName } from './field-name.ts'
import { findFunction, findMethods, type Methods } from './functions/index.ts'
import { compileMacro } from './macros.ts'
import { type Arithmetic, calculate, isInt } from './number.ts'
import { type Node, parseExpression } from './parser.ts'
import { mergeLists, unorderedEquals } from './schema-list.ts'
import type { Compiled, Frame, Scope } from './scope.ts'
import { parseDuration, parseTimestamp } from './time.ts'
import {
  CelError,
  type CelMap,
  Double,
  Duration,
  mapGet,
  noOverload,
  Optional,
  Timestamp,
  TypeValue,
  typeName,
  type Value,
} from './value.ts'

/** Compiles an expression over the given variables. Throws a CelError for a wrong expression: that is the schema's fault. */
export function compileExpression(source: string, scope: Scope): Compiled {
  return compileNode(parseExpression(source), scope)
}

/** Compiles one node of the tree; macros call back into it for their parts. */
export function compileNode(node: Node, scope: Scope): Compiled {
  switch (node.op) {
    case 'literal':
      return constant(node.value)
    case 'ident':
      return compileIdent(node.name, scope)
    case 'select':
      return compileSelect(node, scope)
    case 'index':
      return compileIndex(node, scope)
    case 'unary':
      return compileUnary(node, scope)
    case 'binary':
      return compileBinary(node, scope)
    case 'ternary':
      return compileTernary(node, scope)
    case 'list':
      return compileList(node, scope)
    case 'map':
      return compileMap(node, scope)
    case 'call':
      return compileMacro(node, scope, compileNode) ?? compileCall(node, scope)
  }
}

function constant(value: Value): Compiled {
  return { run: () => value }
}

const TYPE_NAMES: ReadonlySet<string> = new Set('bool int uint double string bytes list map null_type type'.split(' '))

function compileIdent(name: string, scope: Scope): Compiled {
  const variable = scope.get(name)
  if (variable === undefined) {
    if (TYPE_NAMES.has(name)) return constant(new TypeValue(name))
    throw new CelError(`undeclared reference to '${name}'`)
  }
  const { slot, schema } = variable
  return { run: (frame) => frame[slot], schema }
}

function compileSelect(node: Extract<Node, { op: 'select' }>, scope: Scope): Compiled {
  const target = compileNode(node.target, scope)
  const { field, schema } = property(target.schema, node.field)
  const read = reader(schema)
  const { run } = target
  if (node.optional) {
    return { run: (frame) => optionalOf(run(frame), (value) => getField(value, field), read), schema }
  }
  return {
    run: (frame) => {
      const value = run(frame)
      if (value instanceof Optional) return optionalOf(value, (inner) => getField(inner, field), read)
      const found = getField(value, field)
      if (found === undefined) throw new CelError(`no such key: ${field}`)
      return read === undefined ? found : read(found)
    },
    schema,
  }
}

/** The property behind a CEL field name. Objects have escaped names, maps take the key as it is. */
export function property(schema: Schema | undefined, name: string): { field: string; schema: Schema | undefined } {
  if (schema?.properties !== undefined) {
    const field = unescapeFieldName(name)
    const found = Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
    if (found !== undefined) return { field, schema: found }
    if (!schema.preserveUnknown) throw new CelError(`undefined field '${name}'`)
    return { field, schema: undefined }
  }
  return {
    field: name,
    schema: typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined,
  }
}

export function getField(value: Value, field: string): Value {
  if (typeName(value) !== 'map') throw noOverload(`.${field}`, value)
  return mapGet(value as CelMap, field)
}

/** What turns a JSON value into its CEL value where they differ by the schema: doubles, dates, durations, bytes. */
export function reader(schema: Schema | undefined): ((value: Value) => Value) | undefined {
  if (schema?.type === 'number') return (value) => (typeof value === 'number' ? new Double(value) : value)
  if (schema?.type !== 'string') return undefined
  switch (schema.format) {
    case 'date-time':
      return (value) => (typeof value === 'string' ? new Timestamp(parseTimestamp(value)) : value)
    case 'date':
      return (value) => (typeof value === 'string' ? new Timestamp(parseTimestamp(`${value}T00:00:00Z`)) : value)
    case 'duration':
      return (value) => (typeof value === 'string' ? new Duration(parseDuration(value)) : value)
    case 'byte':
      return (value) => (typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value)
    default:
      return undefined
  }
}

function optionalOf(value: Value, get: (value: Value) => Value, read: ((value: Value) => Value) | undefined): Optional {
  const inner = value instanceof Optional ? value.value : value
  if (inner === undefined) return Optional.none
  const found = get(inner)
  if (found === undefined) return Optional.none
  return new Optional(read === undefined ? found : read(found))
}

/** The schema of a list's items or a map's values. */
export function elementSchema(schema: Schema | undefined): Schema | undefined {
  if (schema?.items !== undefined) return schema.items
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

function compileIndex(node: Extract<Node, { op: 'index' }>, scope: Scope): Compiled {
  const target = compileNode(node.target, scope)
  const index = compileNode(node.index, scope)
  const schema = elementSchema(target.schema)
  const read = reader(schema)
  return {
    run: (frame) => {
      const value = target.run(frame)
      const key = index.run(frame)
      if (node.optional || value instanceof Optional) return optionalOf(value, (inner) => getIndex(inner, key), read)
      const found = getIndex(value, key)
      if (found === undefined) {
        throw new CelError(Array.isArray(value) ? `index out of bounds: ${String(key)}` : `no such key: ${String(key)}`)
      }
      return read === undefined ? found : read(found)
    },
    schema,
  }
}

function getIndex(value: Value, key: Value): Value {
  if (Array.isArray(value)) {
    const index = key instanceof Double ? key.value : key
    if (typeof index !== 'number' || !Number.isInteger(index)) throw noOverload('_[_]', value, key)
    return value[index]
  }
  if (typeName(value) !== 'map') throw noOverload('_[_]', value, key)
  return mapGet(value as CelMap, key)
}

function compileUnary(node: Extract<Node, { op: 'unary' }>, scope: Scope): Compiled {
  const { run } = compileNode(node.operand, scope)
  if (node.operator === '!') return { run: (frame) => !wantBool(run(frame), '!') }
  return {
    run: (frame) => {
      const value = run(frame)
      if (value instanceof Duration) return new Duration(-value.nanos)
      return isInt(value) ? calculate('-', 0, value) : calculate('*', new Double(-1), value)
    },
  }
}

function wantBool(value: Value, name: string): boolean {
  if (typeof value === 'boolean') return value
  throw noOverload(name, value)
}

function compileTernary(node: Extract<Node, { op: 'ternary' }>, scope: Scope): Compiled {
  const condition = compileNode(node.condition, scope)
  const yes = compileNode(node.yes, scope)
  const no = compileNode(node.no, scope)
  return {
    run: (frame) => (wantBool(condition.run(frame), '?:') ? yes.run(frame) : no.run(frame)),
    schema: yes.schema ?? no.schema,
  }
}

function compileBinary(node: Extract<Node, { op: 'binary' }>, scope: Scope): Compiled {
  const left = compileNode(node.left, scope)
  const right = compileNode(node.right, scope)
  const a = left.run
  const b = right.run
  switch (node.operator) {
    case '&&':
      return { run: (frame) => logical(a, b, frame, false) }
    case '||':
      return { run: (frame) => logical(a, b, frame, true) }
    case '==':
    case '!=': {
      const same = isUnordered(left.schema) || isUnordered(right.schema) ? unorderedEquals : equals
      return node.operator === '=='
        ? { run: (frame) => same(a(frame), b(frame)) }
        : { run: (frame) => !same(a(frame), b(frame)) }
    }
    case '<':
      return { run: (frame) => compare(a(frame), b(frame)) < 0 }
    case '<=':
      return { run: (frame) => compare(a(frame), b(frame)) <= 0 }
    case '>':
      return { run: (frame) => compare(a(frame), b(frame)) > 0 }
    case '>=':
      return { run: (frame) => compare(a(frame), b(frame)) >= 0 }
    case 'in':
      return { run: (frame) => contains(a(frame), b(frame)) }
    case '+':
      return { run: (frame) => add(a(frame), b(frame), left.schema), schema: left.schema }
    default: {
      const operator = node.operator as Arithmetic
      return { run: (frame) => subtractOrCalculate(operator, a(frame), b(frame)) }
    }
  }
}

function isUnordered(schema: Schema | undefined): boolean {
  return schema?.listType === 'set' || schema?.listType === 'map'
}

/** `&&` and `||` are commutative: an error on one side doesn't matter when the other side decides. */
function logical(a: (frame: Frame) => Value, b: (frame: Frame) => Value, frame: Frame, decides: boolean): boolean {
  let left: Value
  try {
    left = a(frame)
    if (typeof left === 'boolean') return left === decides ? decides : wantBool(b(frame), '&&')
    throw noOverload(decides ? '||' : '&&', left)
  } catch (error) {
    if (left === undefined || typeof left !== 'boolean') {
      if (b(frame) === decides) return decides
    }
    throw error
  }
}

function add(left: Value, right: Value, schema: Schema | undefined): Value {
  if (typeof left === 'string' && typeof right === 'string') return left + right
  if (Array.isArray(left) && Array.isArray(right)) {
    return isUnordered(schema) ? mergeLists(schema!, left, right) : [...left, ...right]
  }
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.nanos + right.nanos)
  if (left instanceof Timestamp && right instanceof Duration) return new Timestamp(left.nanos + right.nanos)
  if (left instanceof Duration && right instanceof Timestamp) return new Timestamp(left.nanos + right.nanos)
  if (left instanceof Uint8Array && right instanceof Uint8Array) return new Uint8Array([...left, ...right])
  return calculate('+', left, right)
}

function subtractOrCalculate(operator: Arithmetic, left: Value, right: Value): Value {
  if (operator === '-') {
    if (left instanceof Duration && right instanceof Duration) return new Duration(left.nanos - right.nanos)
    if (left instanceof Timestamp && right instanceof Timestamp) return new Duration(left.nanos - right.nanos)
    if (left instanceof Timestamp && right instanceof Duration) return new Timestamp(left.nanos - right.nanos)
  }
  return calculate(operator, left, right)
}

function compileList(node: Extract<Node, { op: 'list' }>, scope: Scope): Compiled {
  const items = node.items.map((item) => ({ run: compileNode(item.node, scope).run, optional: item.optional }))
  if (node.items.every((item) => item.node.op === 'literal' && !item.optional)) {
    return constant(items.map((item) => item.run([])))
  }
  return {
    run: (frame) => {
      const list: Value[] = []
      for (const { run, optional } of items) {
        const value = run(frame)
        if (!optional) list.push(value)
        else if (!(value instanceof Optional)) throw noOverload('[?]', value)
        else if (value.value !== undefined) list.push(value.value)
      }
      return list
    },
  }
}

function compileMap(node: Extract<Node, { op: 'map' }>, scope: Scope): Compiled {
  const entries = node.entries.map(({ key, value, optional }) => ({
    key: compileNode(key, scope).run,
    value: compileNode(value, scope).run,
    optional,
  }))
  return {
    run: (frame) => {
      const map = new Map<Value, Value>()
      for (const entry of entries) {
        const value = entry.value(frame)
        const given = entry.optional && value instanceof Optional ? value.value : value
        const key = entry.key(frame)
        if (map.has(key)) throw new CelError(`repeated key: ${String(key)}`)
        if (given !== undefined) map.set(key, given)
      }
      return map
    },
  }
}

function compileCall(node: Extract<Node, { op: 'call' }>, scope: Scope): Compiled {
  const args = node.args.map((arg) => compileNode(arg, scope).run)
  const { target } = node
  if (target === undefined) return callFunction(node.name, args)
  // `format.dns1123Label()`, `ip.isCanonical(x)`: a namespace looks like a receiver, but is no variable.
  if (target.op === 'ident' && scope.get(target.name) === undefined) {
    return callFunction(`${target.name}.${node.name}`, args)
  }
  return callMethod(node.name, compileNode(target, scope).run, args)
}

function callFunction(name: string, args: readonly ((frame: Frame) => Value)[]): Compiled {
  const call = findFunction(name)
  if (call === undefined) throw new CelError(`undeclared reference to '${name}'`)
  const [first] = args
  if (args.length === 1 && first !== undefined) return { run: (frame) => call(first(frame)) }
  return { run: (frame) => call(...args.map((arg) => arg(frame))) }
}

function callMethod(
  name: string,
  receiver: (frame: Frame) => Value,
  args: readonly ((frame: Frame) => Value)[],
): Compiled {
  const methods: Methods | undefined = findMethods(name)
  if (methods === undefined) throw new CelError(`undeclared reference to '${name}'`)
  const [first] = args
  const pick = (value: Value) => {
    const method = methods[typeName(value)]
    if (method === undefined) throw noOverload(name, value)
    return method
  }
  if (args.length === 1 && first !== undefined) {
    return {
      run: (frame) => {
        const value = receiver(frame)
        return pick(value)(value, first(frame))
      },
    }
  }
  return {
    run: (frame) => {
      const value = receiver(frame)
      return pick(value)(value, ...args.map((arg) => arg(frame)))
    },
  }
}
