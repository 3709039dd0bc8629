import type { OutlierDetection } from '#ir'
import { SharedSlots, type Slot } from '../shared/slots.ts'

/** How an attempt at an endpoint has ended, as far as its health goes. */
export type Outcome = 'good' | '5xx' | 'gatewayError' | 'localFailure'

// Envoy's defaults, for which Envoy Gateway has no fields.
const maxEjectionMs = 300_000
const minRequestsForShare = 50
const minEndpointsForShare = 5

/**
 * Leaves out endpoints whose answers are bad, for a time that grows each time (Envoy: outlier detection). All workers write
 * the same counters, so ten bad answers are ten, whoever has met them.
 */
export class OutlierWatch {
  readonly #settings: OutlierDetection
  readonly #shared: SharedSlots
  readonly #backend: Slot

  constructor(settings: OutlierDetection, shared: SharedSlots, backend: Slot) {
    this.#settings = settings
    this.#shared = shared
    this.#backend = backend
  }

  heard(endpoint: Slot, outcome: Outcome, endpoints: readonly Slot[], now: number): void {
    const { consecutive5xx, consecutiveGatewayErrors, consecutiveLocalFailures, splitLocalErrors } = this.#settings
    endpoint.bump('heard')
    if (outcome === 'good') {
      endpoint.set('consecutive5xx', 0)
      endpoint.set('consecutiveGatewayErrors', 0)
      endpoint.set('consecutiveLocalFailures', 0)
      return
    }
    endpoint.bump('heardBad')
    // Unless they are told apart, a connection that failed is a 503 like another.
    if (outcome === 'localFailure' && splitLocalErrors) {
      if (reached(endpoint.bump('consecutiveLocalFailures'), consecutiveLocalFailures))
        this.#eject(endpoint, endpoints, now)
      return
    }
    const gateway = outcome !== '5xx' && reached(endpoint.bump('consecutiveGatewayErrors'), consecutiveGatewayErrors)
    if (outcome === '5xx') endpoint.set('consecutiveGatewayErrors', 0)
    const server = reached(endpoint.bump('consecutive5xx'), consecutive5xx)
    if (gateway || server) this.#eject(endpoint, endpoints, now)
  }

  /** Once per interval, by whichever worker comes first: shares of bad answers, and the end of ejections. */
  sweep(endpoints: readonly Slot[], now: number): void {
    const tick = this.#shared.tick(now)
    const due = this.#backend.get('intervalAt')
    if (tick < due || !this.#backend.swap('intervalAt', due, tick + SharedSlots.ticks(this.#settings.intervalMs)))
      return
    for (const endpoint of endpoints) {
      const until = endpoint.get('ejectedUntil')
      if (until > 0 && until <= tick) {
        endpoint.set('ejectedUntil', 0)
        this.#backend.bump('epoch')
      } else if (until === 0 && endpoint.get('ejections') > 0) endpoint.set('ejections', endpoint.get('ejections') - 1)
    }
    if (this.#settings.failurePercent > 0) this.#judgeShares(endpoints, now)
    for (const endpoint of endpoints) {
      endpoint.set('heard', 0)
      endpoint.set('heardBad', 0)
    }
  }

  #judgeShares(endpoints: readonly Slot[], now: number): void {
    const busy = endpoints.filter((endpoint) => endpoint.get('heard') >= minRequestsForShare)
    if (busy.length < minEndpointsForShare) return
    for (const endpoint of busy) {
      if (endpoint.get('heardBad') * 100 >= endpoint.get('heard') * this.#settings.failurePercent)
        this.#eject(endpoint, endpoints, now)
    }
  }

  #eject(endpoint: Slot, endpoints: readonly Slot[], now: number): void {
    if (endpoint.get('ejectedUntil') > 0) return
    const { baseEjectionMs, maxEjectionPercent, alwaysEjectOne } = this.#settings
    const out = endpoints.filter((other) => other.get('ejectedUntil') > 0).length
    const allowed = (out + 1) * 100 <= maxEjectionPercent * endpoints.length || (alwaysEjectOne && out === 0)
    if (!allowed) return
    const times = endpoint.get('ejections') + 1
    const until = this.#shared.tick(now) + SharedSlots.ticks(Math.min(baseEjectionMs * times, maxEjectionMs))
    if (!endpoint.swap('ejectedUntil', 0, until)) return
    endpoint.set('ejections', times)
    endpoint.set('consecutive5xx', 0)
    endpoint.set('consecutiveGatewayErrors', 0)
    endpoint.set('consecutiveLocalFailures', 0)
    this.#backend.bump('epoch')
  }
}

function reached(count: number, limit: number): boolean {
  return limit > 0 && count >= limit
}
