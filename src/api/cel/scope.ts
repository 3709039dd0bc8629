import type { Schema } from '../schema/schema.ts'
import type { Node } from './parser.ts'
import type { Value } from './value.ts'

/** Variables of one evaluation: 0 is `self`, 1 is `oldSelf`, comprehensions add theirs behind. */
export type Frame = Value[]

/** A compiled expression; `schema` is what is known about its value beforehand. */
export interface Compiled {
  readonly run: (frame: Frame) => Value
  readonly schema?: Schema | undefined
}

/** Compiles a part of an expression: handed to those who compile a whole. */
export type CompileNode = (node: Node, scope: Scope) => Compiled

interface Variable {
  readonly slot: number
  readonly schema: Schema | undefined
}

/** Which names mean which slot. A comprehension extends it; nothing is looked up by name while a rule runs. */
export class Scope {
  readonly size: number
  readonly #variables: ReadonlyMap<string, Variable>

  private constructor(variables: ReadonlyMap<string, Variable>, size: number) {
    this.#variables = variables
    this.size = size
  }

  static of(variables: Readonly<Record<string, Schema | undefined>>): Scope {
    const entries = Object.entries(variables)
    return new Scope(new Map(entries.map(([name, schema], slot) => [name, { slot, schema }])), entries.length)
  }

  get(name: string): Variable | undefined {
    return this.#variables.get(name)
  }

  /** A scope with one more variable, and its slot. */
  with(name: string, schema: Schema | undefined): { readonly scope: Scope; readonly slot: number } {
    const slot = this.size
    return { scope: new Scope(new Map(this.#variables).set(name, { slot, schema }), slot + 1), slot }
  }
}
