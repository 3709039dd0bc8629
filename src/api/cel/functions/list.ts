import { compare, equals } from '../equality.ts'
import { calculate, isNumeric } from '../number.ts'
import { CelError, Duration, noOverload, type Value, wantIndex, wantList } from '../value.ts'
import type { CelFunction, Library } from './library.ts'

const on = (call: CelFunction): Readonly<Record<string, CelFunction>> => ({ list: call })

function isSorted(value: Value): boolean {
  const list = wantList(value, 'isSorted')
  return list.every((item, index) => index === 0 || compare(list[index - 1], item) <= 0)
}

function sum(value: Value): Value {
  const list = wantList(value, 'sum')
  if (list[0] instanceof Duration) {
    return new Duration(list.reduce((total: bigint, item) => total + durationOf(item), 0n))
  }
  return list.slice(1).reduce<Value>((total, item) => calculate('+', total, item), list[0] ?? 0)
}

function durationOf(value: Value): bigint {
  if (value instanceof Duration) return value.nanos
  throw noOverload('sum', value)
}

function extreme(name: string, wanted: (order: number) => boolean): CelFunction {
  return (value) => {
    const list = wantList(value, name)
    if (list.length === 0) throw new CelError(`${name} called on empty list`)
    return list.reduce((best, item) => (wanted(compare(item, best)) ? item : best))
  }
}

function lastIndexOf(value: Value, item: Value): number {
  return (value as readonly Value[]).findLastIndex((member) => equals(member, item))
}

function slice(value: Value, start: Value, end: Value): readonly Value[] {
  const list = wantList(value, 'slice')
  const from = wantIndex(start, 'slice')
  const to = wantIndex(end, 'slice')
  if (from < 0 || to > list.length || from > to) throw new CelError(`cannot slice(${from}, ${to})`)
  return list.slice(from, to)
}

function flatten(value: Value, depth: Value = 1): readonly Value[] {
  return wantList(value, 'flatten').flat(wantIndex(depth, 'flatten'))
}

function distinct(value: Value): readonly Value[] {
  const list = wantList(value, 'distinct')
  return list.filter((item, index) => list.findIndex((other) => equals(other, item)) === index)
}

function sort(value: Value): readonly Value[] {
  const list = wantList(value, 'sort')
  if (list.some(isNumeric) && !list.every(isNumeric)) throw noOverload('sort', value)
  return list.toSorted(compare)
}

/** Kubernetes' list library, and the parts of cel-go's that it takes in. */
export const listLibrary: Library = {
  methods: {
    isSorted: on(isSorted),
    sum: on(sum),
    min: on(extreme('min', (order) => order < 0)),
    max: on(extreme('max', (order) => order > 0)),
    indexOf: on((value, item) => (value as readonly Value[]).findIndex((member) => equals(member, item))),
    lastIndexOf: on(lastIndexOf),
    slice: on(slice),
    flatten: on(flatten),
    distinct: on(distinct),
    sort: on(sort),
    reverse: on((value) => wantList(value, 'reverse').toReversed()),
  },
}
