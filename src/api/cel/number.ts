import { CelError, Double, noOverload, Uint, type Value } from './value.ts'

const MAX_INT = 2n ** 63n - 1n
const MIN_INT = -(2n ** 63n)
const MAX_UINT = 2n ** 64n - 1n

/** The one representation of an int64: a `number` while it is safe, a `bigint` beyond. */
export function int(value: bigint): number | bigint {
  if (value > MAX_INT || value < MIN_INT) throw new CelError('integer overflow')
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

export function uint(value: bigint): Uint {
  if (value < 0n || value > MAX_UINT) throw new CelError('unsigned integer overflow')
  return new Uint(value)
}

export function isInt(value: Value): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
}

/** The number of a double; a JSON number with a fraction counts as one. */
export function asDouble(value: Value): number | undefined {
  if (value instanceof Double) return value.value
  return typeof value === 'number' && !Number.isInteger(value) ? value : undefined
}

export function isNumeric(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Double || value instanceof Uint
}

/** -1, 0, 1, or NaN when a NaN is compared. Numbers of different types compare by their value. */
export function compareNumbers(left: Value, right: Value): number {
  const a = plain(left)
  const b = plain(right)
  return a < b ? -1 : a > b ? 1 : a >= b ? 0 : Number.NaN
}

function plain(value: Value): number | bigint {
  if (value instanceof Double || value instanceof Uint) return value.value
  return value as number | bigint
}

export type Arithmetic = '+' | '-' | '*' | '/' | '%'

export function calculate(operator: Arithmetic, left: Value, right: Value): Value {
  if (isInt(left) && isInt(right)) return calculateInt(operator, left, right)
  if (left instanceof Uint && right instanceof Uint) return uint(calculateBig(operator, left.value, right.value))
  const a = asDouble(left)
  const b = asDouble(right)
  if (a === undefined || b === undefined || operator === '%') throw noOverload(operator, left, right)
  return new Double(operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b)
}

function calculateInt(operator: Arithmetic, left: number | bigint, right: number | bigint): number | bigint {
  if (typeof left === 'number' && typeof right === 'number') {
    const fast = operator === '+' ? left + right : operator === '-' ? left - right : operator === '*' ? left * right : 0
    if (operator !== '/' && operator !== '%' && Number.isSafeInteger(fast)) return fast + 0
  }
  return int(calculateBig(operator, BigInt(left), BigInt(right)))
}

function calculateBig(operator: Arithmetic, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      if (right === 0n) throw new CelError('division by zero')
      return left / right
    case '%':
      if (right === 0n) throw new CelError('modulus by zero')
      return left % right
  }
}
