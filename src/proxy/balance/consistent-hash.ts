import type { ConsistentHash as Settings } from '#ir'
import type { Asker, Balancer, Candidate } from './balancer.ts'
import { hashText } from './hash-text.ts'
import { buildMaglevTable } from './maglev.ts'
import { drawUsable } from './random-choice.ts'

/**
 * The same key to the same endpoint (Maglev). The key of an endpoint that is not usable goes to the next one in the table,
 * and comes back with it.
 */
export class ConsistentHash implements Balancer {
  readonly #settings: Settings
  readonly #random: () => number
  #table: Int32Array = new Int32Array(0)
  #count = 0

  constructor(settings: Settings, random: () => number) {
    this.#settings = settings
    this.#random = random
  }

  update(endpoints: readonly Candidate[]): void {
    this.#count = endpoints.length
    const names = endpoints.map(({ key }) => key)
    this.#table = buildMaglevTable(names, this.#settings.tableSize)
  }

  pick(asker: Asker | undefined, usable: (index: number) => boolean): number {
    const hash = asker && hashOf(this.#settings, asker)
    const table = this.#table
    if (hash === undefined || table.length === 0) return drawUsable(this.#count, this.#random, usable)
    const passed = new Set<number>()
    for (let i = 0; i < table.length && passed.size < this.#count; i++) {
      const index = table[(hash + i) % table.length]!
      if (passed.has(index)) continue
      if (usable(index)) return index
      passed.add(index)
    }
    return -1
  }
}

/** Undefined: the request has none of the parts. */
function hashOf({ key }: Settings, asker: Asker): number | undefined {
  let found = false
  let text = ''
  for (const part of key) {
    const value = partOf(part, asker)
    if (value === undefined) continue
    found = true
    text += `${part.kind} ${value}\n`
  }
  return found ? hashText(text) : undefined
}

function partOf(part: Settings['key'][number], asker: Asker): string | undefined {
  switch (part.kind) {
    case 'sourceIp':
      return asker.sourceIp
    case 'header':
      return asker.header(part.name)
    case 'query':
      return asker.query(part.name)
    case 'cookie':
      return asker.cookie(part)
  }
}
