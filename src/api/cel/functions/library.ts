import type { Value } from '../value.ts'

/** A function over evaluated arguments; a method gets its receiver first. */
export type CelFunction = (...args: readonly Value[]) => Value

/** One name's overloads by the CEL type of the receiver. */
export type Methods = Readonly<Record<string, CelFunction>>

/** A family of functions, as Kubernetes groups them. */
export interface Library {
  readonly functions?: Readonly<Record<string, CelFunction>>
  readonly methods?: Readonly<Record<string, Methods>>
}
