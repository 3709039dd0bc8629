import type { Asker, Balancer, Candidate } from './balancer.ts'

/** Each endpoint with the same chance. */
export class RandomChoice implements Balancer {
  readonly #random: () => number
  #count = 0

  constructor(random: () => number) {
    this.#random = random
  }

  update(endpoints: readonly Candidate[]): void {
    this.#count = endpoints.length
  }

  pick(_asker: Asker | undefined, usable: (index: number) => boolean): number {
    return drawUsable(this.#count, this.#random, usable)
  }
}

// Where most are usable the lot finds one soon; where few are, counting them is cheaper than drawing on.
const draws = 4

/** @returns a usable index, each with the same chance; -1: there is none */
export function drawUsable(count: number, random: () => number, usable: (index: number) => boolean): number {
  for (let i = 0; i < draws && count > 0; i++) {
    const index = Math.floor(random() * count)
    if (usable(index)) return index
  }
  const left: number[] = []
  for (let index = 0; index < count; index++) if (usable(index)) left.push(index)
  return left[Math.floor(random() * left.length)] ?? -1
}
