import type { Schema } from '../schema/schema.ts'
import { compare, contains, equals } from './equality.ts'
import { type Arithmetic, calculate, isInt } from './number.ts'
import type { Node } from './parser.ts'
import { mergeLists, unorderedEquals } from './schema-list.ts'
import type { Compiled, CompileNode, Frame, Scope } from './scope.ts'
import { Double, Duration, noOverload, Timestamp, type Value } from './value.ts'

/** `!` and `-`. */
export function compileUnary(node: Extract<Node, { op: 'unary' }>, scope: Scope, compile: CompileNode): Compiled {
  const { run } = compile(node.operand, scope)
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

/** `a ? b : c`: only the chosen side is evaluated. */
export function compileTernary(node: Extract<Node, { op: 'ternary' }>, scope: Scope, compile: CompileNode): Compiled {
  const condition = compile(node.condition, scope)
  const yes = compile(node.yes, scope)
  const no = compile(node.no, scope)
  return {
    run: (frame) => (wantBool(condition.run(frame), '?:') ? yes.run(frame) : no.run(frame)),
    schema: yes.schema ?? no.schema,
  }
}

/** Operators with two sides. */
export function compileBinary(node: Extract<Node, { op: 'binary' }>, scope: Scope, compile: CompileNode): Compiled {
  const left = compile(node.left, scope)
  const right = compile(node.right, scope)
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
