import type { CircuitBreaker as Limits } from '#ir'
import type { Gauge, Slot } from '../shared/slots.ts'

/**
 * The limits of a backend, counted over all workers. Each `take…` that says true is followed by one `give` of the same
 * gauge.
 */
export class CircuitBreaker {
  readonly limits: Limits
  readonly #slot: Slot

  constructor(limits: Limits, slot: Slot) {
    this.limits = limits
    this.#slot = slot
  }

  takeRequest(): boolean {
    return this.#take('requests', this.limits.maxRequests)
  }

  takePending(): boolean {
    return this.#take('pending', this.limits.maxPending)
  }

  /**
   * @param endpoint counts the connections of the endpoint alone
   * @param isFirst this worker has none to the endpoint yet: it may have one in any case, or requests would wait for ever for
   *   connections that idle elsewhere (Envoy does the same)
   */
  takeConnection(endpoint: Slot, isFirst: boolean): boolean {
    const { maxConnections, maxConnectionsPerEndpoint } = this.limits
    const fits =
      within(this.#slot.add('connections', 1), maxConnections) &&
      within(endpoint.get('connections') + 1, maxConnectionsPerEndpoint)
    if (fits || isFirst) {
      endpoint.add('connections', 1)
      return true
    }
    this.#slot.add('connections', -1)
    return false
  }

  giveConnection(endpoint: Slot): void {
    endpoint.add('connections', -1)
    this.#slot.add('connections', -1)
  }

  takeRetry(): boolean {
    const { maxRetries, retryShare } = this.limits
    if (!retryShare) return this.#take('retries', maxRetries)
    const share = Math.floor((this.#slot.get('requests') * retryShare.percent) / 100)
    return this.#take('retries', Math.max(retryShare.minConcurrency, share))
  }

  give(gauge: Exclude<Gauge, 'connections'>): void {
    this.#slot.add(gauge, -1)
  }

  #take(gauge: Gauge, limit: number | undefined): boolean {
    if (within(this.#slot.add(gauge, 1), limit)) return true
    this.#slot.add(gauge, -1)
    return false
  }
}

function within(count: number, limit: number | undefined): boolean {
  return limit === undefined || count <= limit
}
