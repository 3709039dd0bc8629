import type { Node } from './parser.ts'
import type { Compiled, CompileNode, Scope } from './scope.ts'
import { CelError, noOverload, Optional, type Value } from './value.ts'

/** `[a, ?b]`; a list of constants is made once. */
export function compileList(node: Extract<Node, { op: 'list' }>, scope: Scope, compile: CompileNode): Compiled {
  const items = node.items.map((item) => ({ run: compile(item.node, scope).run, optional: item.optional }))
  if (node.items.every((item) => item.node.op === 'literal' && !item.optional)) {
    const list = items.map((item) => item.run([]))
    return { run: () => list }
  }
  return {
    run: (frame) => {
      const list: Value[] = []
      for (const { run, optional } of items) {
        const value = run(frame)
        if (!optional) list.push(value)
        else if (!(value instanceof Optional)) throw noOverload('[?]', value)
        else if (value.value !== undefined) list.push(value.value)
      }
      return list
    },
  }
}

/** `{k: v, ?k: v}`. */
export function compileMap(node: Extract<Node, { op: 'map' }>, scope: Scope, compile: CompileNode): Compiled {
  const entries = node.entries.map(({ key, value, optional }) => ({
    key: compile(key, scope).run,
    value: compile(value, scope).run,
    optional,
  }))
  return {
    run: (frame) => {
      const map = new Map<Value, Value>()
      for (const entry of entries) {
        const value = entry.value(frame)
        const given = entry.optional && value instanceof Optional ? value.value : value
        const key = entry.key(frame)
        if (map.has(key)) throw new CelError(`repeated key: ${String(key)}`)
        if (given !== undefined) map.set(key, given)
      }
      return map
    },
  }
}
