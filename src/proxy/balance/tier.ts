import type { Balance } from '#ir'
import type { Asker, Balancer, Candidate } from './balancer.ts'
import { createBalancer } from './create-balancer.ts'

/** Some of a backend's endpoints with a balancer of their own: those of a zone, or all. */
export class Tier<E extends Candidate> {
  readonly #endpoints: readonly E[]
  readonly #balancer: Balancer

  constructor(endpoints: readonly E[], balance: Balance | undefined, random: () => number) {
    this.#endpoints = endpoints
    this.#balancer = createBalancer(balance, random)
    this.#balancer.update(endpoints)
  }

  pick(asker: Asker | undefined, usable: (endpoint: E) => boolean): E | undefined {
    const endpoints = this.#endpoints
    return endpoints[this.#balancer.pick(asker, (index) => usable(endpoints[index]!))]
  }
}
