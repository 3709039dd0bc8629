import {
  type Backend,
  type BackendKey,
  type EndpointSet,
  endpointKey,
  type Listener,
  type Snapshot,
  type SnapshotDelta,
} from '#ir'
import { type SharedSlots, slotName } from './slots.ts'

/**
 * Gives out the slots: one per port of a Gateway, and where a policy counts, one per listener, per backend and per endpoint of it. A slot is given
 * to another name only when nothing that was counted in it is open any more.
 */
export class SlotBook {
  readonly #slots: SharedSlots
  readonly #numbers = new Map<string, number>()
  readonly #free: number[] = []
  #leaving: number[] = []
  #next = 0
  readonly #endpointsOf = new Map<BackendKey, readonly string[]>()
  /** Grows with each change of `numbers`. */
  version = 0

  constructor(slots: SharedSlots) {
    this.#slots = slots
  }

  get numbers(): ReadonlyMap<string, number> {
    return this.#numbers
  }

  /** Knows every name that the workers will ask for while they apply the delta. */
  note(delta: SnapshotDelta, snapshot: Snapshot): void {
    for (const listener of delta.listeners.put) this.#noteListener(listener)
    for (const backend of delta.backends.put) this.#noteBackend(backend, snapshot)
    for (const set of delta.endpoints.put) if (this.#endpointsOf.has(set.backend)) this.#noteEndpoints(set)
    for (const key of delta.backends.delete) this.#forget(key)
    for (const key of delta.listeners.delete) this.#take(slotName.listener(key))
  }

  #noteListener({ key, gateway, port, client }: Listener): void {
    this.#give(slotName.gateway(gateway, port))
    if (client.maxListenerConnections) this.#give(slotName.listener(key))
    else this.#take(slotName.listener(key))
  }

  #noteBackend(backend: Backend, snapshot: Snapshot): void {
    if (!isCounted(backend)) return this.#forget(backend.key)
    this.#give(slotName.backend(backend.key))
    if (this.#endpointsOf.has(backend.key)) return
    const set = snapshot.endpoints.find((candidate) => candidate.backend === backend.key)
    this.#noteEndpoints(set ?? { backend: backend.key, endpoints: [] })
  }

  #noteEndpoints({ backend, endpoints }: EndpointSet): void {
    const names = endpoints.map((endpoint) => slotName.endpoint(backend, endpointKey(endpoint)))
    const stay = new Set(names)
    for (const name of this.#endpointsOf.get(backend) ?? []) if (!stay.has(name)) this.#take(name)
    for (const name of names) this.#give(name)
    this.#endpointsOf.set(backend, names)
  }

  #forget(backend: BackendKey): void {
    for (const name of this.#endpointsOf.get(backend) ?? []) this.#take(name)
    if (this.#endpointsOf.delete(backend)) this.#take(slotName.backend(backend))
  }

  #give(name: string): void {
    if (this.#numbers.has(name)) return
    const number = this.#unused()
    if (number === undefined) return
    this.#slots.reset(number)
    this.#numbers.set(name, number)
    this.version++
  }

  #unused(): number | undefined {
    if (this.#free.length === 0) {
      const quiet = this.#leaving.filter((number) => this.#slots.isQuiet(number))
      this.#leaving = this.#leaving.filter((number) => !quiet.includes(number))
      this.#free.push(...quiet)
    }
    return this.#free.pop() ?? (this.#next < this.#slots.capacity ? this.#next++ : undefined)
  }

  #take(name: string): void {
    const number = this.#numbers.get(name)
    if (number === undefined) return
    this.#numbers.delete(name)
    this.#leaving.push(number)
    this.version++
  }
}

/** Something about it is counted over all workers. */
export function isCounted({ balance, breaker, outlier, health }: Backend): boolean {
  return balance?.by.kind === 'leastRequest' || breaker !== undefined || outlier !== undefined || health !== undefined
}
