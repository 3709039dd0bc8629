import type { Asker, Balancer, Candidate } from './balancer.ts'

/** One after the other. */
export class RoundRobin implements Balancer {
  readonly #random: () => number
  readonly #slow: boolean
  #endpoints: readonly Candidate[] = []
  #next: number

  constructor(random: () => number, slow: boolean) {
    this.#random = random
    this.#slow = slow
    // Workers that start together must not all begin with the same endpoint.
    this.#next = Math.floor(random() * 1024)
  }

  update(endpoints: readonly Candidate[]): void {
    this.#endpoints = endpoints
  }

  pick(_asker: Asker | undefined, usable: (index: number) => boolean): number {
    const count = this.#endpoints.length
    let spare = -1
    for (let i = 0; i < count; i++) {
      const index = this.#next++ % count
      if (!usable(index)) continue
      // One that starts slowly lets most of its turns pass.
      if (!this.#slow || this.#random() < this.#endpoints[index]!.share(Date.now())) return index
      if (spare < 0) spare = index
    }
    return spare
  }
}
