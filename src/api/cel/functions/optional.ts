import { equals } from '../equality.ts'
import { CelError, Optional, type Value } from '../value.ts'
import type { CelFunction, Library } from './library.ts'

const on = (call: (optional: Optional, ...args: readonly Value[]) => Value): Readonly<Record<string, CelFunction>> => ({
  optional_type: (receiver, ...args) => call(receiver as Optional, ...args),
})

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return equals(value, 0) || (typeof value === 'object' && equals(value, {}))
}

function present(optional: Optional): Value {
  if (optional.value === undefined) throw new CelError('optional.none() dereference')
  return optional.value
}

/** Optional values; `optMap` and `optFlatMap` are macros. */
export const optionalLibrary: Library = {
  functions: {
    'optional.of': (value) => new Optional(value),
    'optional.none': () => Optional.none,
    'optional.ofNonZeroValue': (value) => (isZero(value) ? Optional.none : new Optional(value)),
  },
  methods: {
    hasValue: on((optional) => optional.value !== undefined),
    value: on(present),
    or: on((optional, other) => (optional.value !== undefined ? optional : other)),
    orValue: on((optional, other) => (optional.value !== undefined ? optional.value : other)),
  },
}
