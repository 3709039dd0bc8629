import { compareNumbers, int, isInt } from '../number.ts'
import { CelError, Double, noOverload, type Opaque, type Value, wantString } from '../value.ts'
import type { CelFunction, Library } from './library.ts'

const NANO = 1_000_000_000n

const DECIMAL_SUFFIXES: Readonly<Record<string, number>> = {
  ...{ n: -9, u: -6, m: -3, '': 0 },
  ...{ k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 },
}
const BINARY_SUFFIXES: readonly string[] = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** A resource quantity (`100m`, `1Gi`), exact down to 10^-9 as Kubernetes keeps it. */
class Quantity implements Opaque {
  readonly celType = 'kubernetes.Quantity'
  readonly nanos: bigint

  constructor(nanos: bigint) {
    this.nanos = nanos
  }

  equals(other: Value): boolean {
    return other instanceof Quantity && other.nanos === this.nanos
  }

  toString(): string {
    return this.nanos % NANO === 0n ? String(this.nanos / NANO) : `${this.nanos}n`
  }
}

function parseQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?))$/.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match
  if (whole === '' && fraction === '') return undefined
  const power = exponent === undefined ? (DECIMAL_SUFFIXES[suffix] ?? 0) : Number(exponent.slice(1))
  if (Math.abs(power) > 1000) return undefined
  const binary = BINARY_SUFFIXES.indexOf(suffix) + 1
  let numerator = BigInt(whole + fraction) * NANO * 1024n ** BigInt(binary)
  let denominator = 10n ** BigInt(fraction.length)
  if (power >= 0) numerator *= 10n ** BigInt(power)
  else denominator *= 10n ** BigInt(-power)
  // Kubernetes rounds up, away from zero.
  const nanos = (numerator + denominator - 1n) / denominator
  return new Quantity(sign === '-' ? -nanos : nanos)
}

function asInteger(quantity: Quantity): Value {
  if (!isInteger(quantity)) throw new CelError('cannot convert value to integer')
  return int(quantity.nanos / NANO)
}

function isInteger(quantity: Quantity): boolean {
  const whole = quantity.nanos / NANO
  return quantity.nanos % NANO === 0n && whole < 2n ** 63n && whole >= -(2n ** 63n)
}

function nanosOf(value: Value): bigint {
  if (value instanceof Quantity) return value.nanos
  if (isInt(value)) return BigInt(value) * NANO
  throw noOverload('quantity', value)
}

function order(left: Quantity, right: Value): number {
  if (!(right instanceof Quantity)) throw noOverload('compareTo', left, right)
  return compareNumbers(left.nanos, right.nanos)
}

const on = (call: (quantity: Quantity, argument: Value) => Value): Readonly<Record<string, CelFunction>> => ({
  'kubernetes.Quantity': (value, argument) => call(value as Quantity, argument),
})

/** Kubernetes' quantity library. */
export const quantityLibrary: Library = {
  functions: {
    isQuantity: (value) => parseQuantity(wantString(value, 'isQuantity')) !== undefined,
    quantity: (value) => {
      const parsed = parseQuantity(wantString(value, 'quantity'))
      if (parsed === undefined) throw new CelError(`'${String(value)}' is not a quantity, such as 100m or 1Gi`)
      return parsed
    },
  },
  methods: {
    isInteger: on(isInteger),
    asInteger: on(asInteger),
    asApproximateFloat: on((quantity) => new Double(Number(quantity.nanos) / 1e9)),
    sign: on((quantity) => compareNumbers(quantity.nanos, 0)),
    compareTo: on(order),
    isGreaterThan: on((quantity, other) => order(quantity, other) > 0),
    isLessThan: on((quantity, other) => order(quantity, other) < 0),
    add: on((quantity, other) => new Quantity(quantity.nanos + nanosOf(other))),
    sub: on((quantity, other) => new Quantity(quantity.nanos - nanosOf(other))),
  },
}
