import type { Backend, HealthCheck } from '#ir'
import { SharedSlots, type Slot } from '../shared/slots.ts'
import type { Connect } from './connect.ts'
import type { EndpointPool } from './endpoint-pool.ts'
import { probe, type Verdict } from './probe.ts'

interface Watched {
  readonly pool: EndpointPool
  /** Questions in a row with the same result; undefined: none has been answered yet. */
  good: number | undefined
  bad: number
  giveUp: (() => void) | undefined
}

/**
 * Asks the endpoints of a backend from time to time. One worker of the proxy asks, by a lease in shared memory, and tells
 * the others through the slots; a worker that dies loses the lease. An endpoint counts as healthy until its first answer,
 * and that one decides at once: Kubernetes has called it ready before it came to us.
 */
export class HealthChecker {
  readonly #settings: HealthCheck
  readonly #backend: Backend
  readonly #slots: SharedSlots
  readonly #slot: Slot
  readonly #connect: Connect
  readonly #watched = new Map<string, Watched>()
  #lease = 0
  #timer: NodeJS.Timeout

  constructor(
    settings: HealthCheck,
    backend: Backend,
    slots: SharedSlots,
    slot: Slot,
    { connect, random }: { readonly connect: Connect; readonly random: () => number },
  ) {
    this.#settings = settings
    this.#backend = backend
    this.#slots = slots
    this.#slot = slot
    this.#connect = connect
    this.#timer = setTimeout(() => this.#turn(), random() * settings.initialJitterMs)
    this.#timer.unref()
  }

  watch(endpoints: readonly EndpointPool[]): void {
    const stay = new Set(endpoints.map(({ key }) => key))
    for (const [key, { giveUp }] of this.#watched) {
      if (stay.has(key)) continue
      giveUp?.()
      this.#watched.delete(key)
    }
    for (const pool of endpoints) {
      const known = this.#watched.get(pool.key)
      if (known?.pool === pool) continue
      known?.giveUp?.()
      this.#watched.set(pool.key, { pool, good: undefined, bad: 0, giveUp: undefined })
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    for (const { giveUp } of this.#watched.values()) giveUp?.()
    this.#watched.clear()
    // Whoever checks from now on need not wait.
    if (this.#lease > 0) this.#slot.swap('checkedUntil', this.#lease, 0)
  }

  #turn(): void {
    this.#timer = setTimeout(() => this.#turn(), this.#settings.intervalMs)
    this.#timer.unref()
    if (!this.#holdLease()) return
    for (const watched of this.#watched.values()) if (!watched.giveUp) this.#ask(watched)
  }

  #holdLease(): boolean {
    const { intervalMs, timeoutMs } = this.#settings
    const tick = this.#slots.tick(Date.now())
    const until = tick + SharedSlots.ticks(2 * intervalMs + timeoutMs)
    const held = this.#slot.get('checkedUntil')
    if (held !== this.#lease && held >= tick) return false
    if (!this.#slot.swap('checkedUntil', held, until)) return false
    this.#lease = until
    return true
  }

  #ask(watched: Watched): void {
    const { port } = this.#settings
    const { endpoint } = watched.pool
    const asked = port !== undefined && endpoint.kind === 'ip' ? { ...endpoint, port } : endpoint
    watched.giveUp = probe(this.#settings, this.#backend, asked, this.#connect, (verdict) => {
      watched.giveUp = undefined
      this.#judge(watched, verdict)
    })
  }

  #judge(watched: Watched, verdict: Verdict): void {
    const { healthyThreshold, unhealthyThreshold } = this.#settings
    const isFirst = watched.good === undefined
    watched.good = verdict === 'healthy' ? (watched.good ?? 0) + 1 : 0
    watched.bad = verdict === 'healthy' ? 0 : watched.bad + 1
    const isBad = verdict === 'refused' || watched.bad >= unhealthyThreshold || (isFirst && watched.bad > 0)
    if (isBad) this.#mark(watched, 1)
    else if (watched.good >= healthyThreshold || (isFirst && watched.good > 0)) this.#mark(watched, 0)
  }

  #mark({ pool }: Watched, unhealthy: 0 | 1): void {
    if (pool.slot?.swap('unhealthy', 1 - unhealthy, unhealthy)) this.#slot.bump('epoch')
  }
}
