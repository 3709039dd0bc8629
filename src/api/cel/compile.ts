import { elementSchema, getField, property, reader } from './access.ts'
import { compileList, compileMap } from './compile-literal.ts'
import { compileBinary, compileTernary, compileUnary } from './compile-operator.ts'
import { findFunction, findMethods, type Methods } from './functions/index.ts'
import { compileMacro } from './macros.ts'
import { type Node, parseExpression } from './parser.ts'
import type { Compiled, Frame, Scope } from './scope.ts'
import {
  CelError,
  type CelMap,
  Double,
  mapGet,
  noOverload,
  Optional,
  TypeValue,
  typeName,
  type Value,
} from './value.ts'

/**
 * Compiles an expression over the given variables. Throws a CelError for a wrong expression: that is the schema's fault.
 *
 * Why our own CEL: rules run over JSON as it is (no BigInt copies), and the schema types every part beforehand, which
 * Kubernetes needs for set and map lists, escaped names, doubles and dates. The libraries we tried lack parts of what
 * rules use (`has(self[0].x)`, two-variable comprehensions, comparing an optional with null, `(?i)` in patterns).
 */
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
      return compileUnary(node, scope, compileNode)
    case 'binary':
      return compileBinary(node, scope, compileNode)
    case 'ternary':
      return compileTernary(node, scope, compileNode)
    case 'list':
      return compileList(node, scope, compileNode)
    case 'map':
      return compileMap(node, scope, compileNode)
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

function optionalOf(value: Value, get: (value: Value) => Value, read: ((value: Value) => Value) | undefined): Optional {
  const inner = value instanceof Optional ? value.value : value
  if (inner === undefined) return Optional.none
  const found = get(inner)
  if (found === undefined) return Optional.none
  return new Optional(read === undefined ? found : read(found))
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
