import { compare } from '../equality.ts'
import { asDouble, calculate, isInt } from '../number.ts'
import { CelError, Double, noOverload, type Value } from '../value.ts'
import type { CelFunction, Library } from './library.ts'

function extreme(name: string, wanted: (order: number) => boolean): CelFunction {
  return (...args) => {
    const list = args.length === 1 && Array.isArray(args[0]) ? (args[0] as readonly Value[]) : args
    if (list.length === 0) throw new CelError(`${name} needs a value`)
    return list.reduce((best, item) => (wanted(compare(item, best)) ? item : best))
  }
}

function rounding(name: string, round: (value: number) => number): CelFunction {
  return (value) => {
    const double = asDouble(value)
    if (double === undefined) throw noOverload(name, value)
    return new Double(round(double))
  }
}

function abs(value: Value): Value {
  if (isInt(value)) return value < 0 ? calculate('-', 0, value) : value
  return rounding('math.abs', Math.abs)(value)
}

/** The math extension, as far as API schemas use it. */
export const mathLibrary: Library = {
  functions: {
    'math.greatest': extreme('math.greatest', (order) => order > 0),
    'math.least': extreme('math.least', (order) => order < 0),
    'math.ceil': rounding('math.ceil', Math.ceil),
    'math.floor': rounding('math.floor', Math.floor),
    'math.round': rounding('math.round', (value) => Math.sign(value) * Math.round(Math.abs(value))),
    'math.trunc': rounding('math.trunc', Math.trunc),
    'math.abs': abs,
  },
}
