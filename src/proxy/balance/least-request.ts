import type { Asker, Balancer, Candidate } from './balancer.ts'
import { drawUsable } from './random-choice.ts'

/** Of two drawn by lot the one with fewer requests in flight; an endpoint that starts slowly counts as busier than it is. */
export class LeastRequest implements Balancer {
  readonly #random: () => number
  readonly #slow: boolean
  #endpoints: readonly Candidate[] = []

  constructor(random: () => number, slow: boolean) {
    this.#random = random
    this.#slow = slow
  }

  update(endpoints: readonly Candidate[]): void {
    this.#endpoints = endpoints
  }

  pick(_asker: Asker | undefined, usable: (index: number) => boolean): number {
    const count = this.#endpoints.length
    const one = drawUsable(count, this.#random, usable)
    if (one < 0) return one
    const other = drawUsable(count, this.#random, (index) => index !== one && usable(index))
    if (other < 0) return one
    return this.#burden(other) < this.#burden(one) ? other : one
  }

  #burden(index: number): number {
    const endpoint = this.#endpoints[index]!
    // The request to come is counted too: else the share of an idle endpoint would not matter.
    return this.#slow ? (endpoint.load + 1) / endpoint.share(Date.now()) : endpoint.load
  }
}
