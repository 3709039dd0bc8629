import { elementSchema, getField, property, reader } from './access.ts'
import type { Node } from './parser.ts'
import type { Compiled, CompileNode, Frame, Scope } from './scope.ts'
import { CelError, type CelMap, mapEntries, mapGet, noOverload, Optional, typeName, type Value } from './value.ts'

type Call = Extract<Node, { op: 'call' }>

/** Compiles a call that is a macro (`has`, comprehensions, `cel.bind`, `optMap`); undefined when it is none. */
export function compileMacro(call: Call, scope: Scope, compile: CompileNode): Compiled | undefined {
  const { name, target, args } = call
  if (target === undefined)
    return name === 'has' && args.length === 1 ? compileHas(args[0]!, scope, compile) : undefined
  if (name === 'bind' && target.op === 'ident' && target.name === 'cel' && args.length === 3) {
    return compileBind(args, scope, compile)
  }
  if ((name === 'optMap' || name === 'optFlatMap') && args.length === 2) {
    return compileOptMap(name, target, args, scope, compile)
  }
  const shape = COMPREHENSIONS[name]
  if (shape === undefined || args.length < 2 || args[0]!.op !== 'ident') return undefined
  if (shape.twoOnly) return compileComprehension(shape.fold, target, args, 2, scope, compile)
  // A second identifier is a second variable, unless there would be nothing left to evaluate.
  const two = args.length >= 3 && args[1]!.op === 'ident' && name !== 'map' && name !== 'filter'
  return compileComprehension(shape.fold, target, args, two ? 2 : 1, scope, compile)
}

function compileHas(argument: Node, scope: Scope, compile: CompileNode): Compiled {
  if (argument.op !== 'select') throw new CelError('has() takes a field selection')
  const target = compile(argument.target, scope)
  const { field } = property(target.schema, argument.field)
  return {
    run: (frame) => {
      const value = target.run(frame)
      const inner = value instanceof Optional ? value.value : value
      return inner !== undefined && getField(inner, field) !== undefined
    },
  }
}

function compileBind([variable, value, body]: readonly Node[], scope: Scope, compile: CompileNode): Compiled {
  const bound = compile(value!, scope)
  const inner = scope.with(identifier(variable!), bound.schema)
  const result = compile(body!, inner.scope)
  return {
    run: (frame) => {
      frame[inner.slot] = bound.run(frame)
      return result.run(frame)
    },
    schema: result.schema,
  }
}

function compileOptMap(
  name: string,
  target: Node,
  [variable, body]: readonly Node[],
  scope: Scope,
  compile: CompileNode,
): Compiled {
  const optional = compile(target, scope)
  const inner = scope.with(identifier(variable!), optional.schema)
  const result = compile(body!, inner.scope)
  return {
    run: (frame) => {
      const value = optional.run(frame)
      if (!(value instanceof Optional)) throw noOverload(name, value)
      if (value.value === undefined) return value
      frame[inner.slot] = value.value
      const mapped = result.run(frame)
      return name === 'optMap' ? new Optional(mapped) : mapped
    },
  }
}

/** One step of a comprehension: its variables are set; `steps` are the arguments behind them. */
interface Loop {
  readonly each: (frame: Frame, visit: () => boolean) => void
  readonly item: (frame: Frame) => Value
  readonly key: (frame: Frame) => Value
  readonly steps: readonly ((frame: Frame) => Value)[]
}

type Fold = (loop: Loop) => (frame: Frame) => Value

function compileComprehension(
  fold: Fold,
  target: Node,
  args: readonly Node[],
  variables: 1 | 2,
  scope: Scope,
  compile: CompileNode,
): Compiled {
  const range = compile(target, scope)
  const isMap = range.schema?.items === undefined && range.schema?.type === 'object'
  const element = elementSchema(range.schema)
  const read = reader(element)
  // One variable is a list's item or a map's key; two are index and item, or key and value.
  const first = scope.with(identifier(args[0]!), variables === 1 && !isMap ? element : undefined)
  const second = variables === 2 ? first.scope.with(identifier(args[1]!), element) : first
  const steps = args.slice(variables).map((step) => compile(step, second.scope).run)

  const each = (frame: Frame, visit: () => boolean): void => {
    const collection = range.run(frame)
    if (Array.isArray(collection)) {
      for (let index = 0; index < collection.length; index += 1) {
        const item = read === undefined ? collection[index] : read(collection[index])
        frame[first.slot] = variables === 1 ? item : index
        if (variables === 2) frame[second.slot] = item
        if (!visit()) return
      }
      return
    }
    if (typeName(collection) !== 'map') throw noOverload('comprehension', collection)
    for (const [key, value] of mapEntries(collection as CelMap)) {
      frame[first.slot] = key
      if (variables === 2) frame[second.slot] = read === undefined ? value : read(value)
      if (!visit()) return
    }
  }
  const run = fold({ each, item: (frame) => frame[second.slot], key: (frame) => frame[first.slot], steps })
  return { run, schema: fold === foldFilter ? range.schema : undefined }
}

/** `all` and `exists`: an error of one item doesn't matter when another one decides. */
function foldQuantifier(decides: boolean): Fold {
  return ({ each, steps: [predicate] }) =>
    (frame) => {
      let decided = false
      let failure: unknown
      each(frame, () => {
        try {
          const value = predicate!(frame)
          if (typeof value !== 'boolean') throw noOverload(decides ? 'exists' : 'all', value)
          decided = value === decides
        } catch (error) {
          failure ??= error
        }
        return !decided
      })
      if (decided) return decides
      if (failure !== undefined) throw failure
      return !decides
    }
}

const foldExistsOne: Fold =
  ({ each, steps: [predicate] }) =>
  (frame) => {
    let count = 0
    each(frame, () => {
      if (wantsItem(predicate!(frame))) count += 1
      return true
    })
    return count === 1
  }

const foldFilter: Fold =
  ({ each, item, steps: [predicate] }) =>
  (frame) => {
    const kept: Value[] = []
    each(frame, () => {
      const value = item(frame)
      if (wantsItem(predicate!(frame))) kept.push(value)
      return true
    })
    return kept
  }

/** `map(x, transform)`, `map(x, filter, transform)` and the same with two variables. */
const foldMap: Fold =
  ({ each, steps }) =>
  (frame) => {
    const mapped: Value[] = []
    each(frame, () => {
      if (steps.length === 1 || wantsItem(steps[0]!(frame))) mapped.push(steps.at(-1)!(frame))
      return true
    })
    return mapped
  }

const foldTransformMap: Fold =
  ({ each, key, steps }) =>
  (frame) => {
    const result = new Map<Value, Value>()
    each(frame, () => {
      const name = key(frame)
      if (steps.length === 1 || wantsItem(steps[0]!(frame))) result.set(name, steps.at(-1)!(frame))
      return true
    })
    return result
  }

const foldTransformMapEntry: Fold =
  ({ each, steps }) =>
  (frame) => {
    const result = new Map<Value, Value>()
    each(frame, () => {
      if (steps.length > 1 && !wantsItem(steps[0]!(frame))) return true
      const entry = steps.at(-1)!(frame) as CelMap
      for (const [key, value] of mapEntries(entry)) {
        if (mapGet(result, key) !== undefined) throw new CelError(`insert failed: key ${String(key)} already exists`)
        result.set(key, value)
      }
      return true
    })
    return result
  }

function wantsItem(value: Value): boolean {
  if (typeof value === 'boolean') return value
  throw noOverload('predicate', value)
}

function identifier(node: Node): string {
  if (node.op === 'ident') return node.name
  throw new CelError('a comprehension needs a plain variable name')
}

const COMPREHENSIONS: Readonly<Record<string, { readonly fold: Fold; readonly twoOnly?: true }>> = {
  all: { fold: foldQuantifier(false) },
  exists: { fold: foldQuantifier(true) },
  exists_one: { fold: foldExistsOne },
  existsOne: { fold: foldExistsOne },
  filter: { fold: foldFilter },
  map: { fold: foldMap },
  transformList: { fold: foldMap, twoOnly: true },
  transformMap: { fold: foldTransformMap, twoOnly: true },
  transformMapEntry: { fold: foldTransformMapEntry, twoOnly: true },
}
