import type { Balance } from '#ir'
import type { Balancer } from './balancer.ts'
import { ConsistentHash } from './consistent-hash.ts'
import { LeastRequest } from './least-request.ts'
import { RandomChoice } from './random-choice.ts'
import { RoundRobin } from './round-robin.ts'

/** @param random 0 ≤ x < 1 */
export function createBalancer(balance: Balance | undefined, random: () => number): Balancer {
  const slow = balance?.slowStartMs !== undefined
  switch (balance?.by.kind) {
    case undefined:
    case 'roundRobin':
      return new RoundRobin(random, slow)
    case 'leastRequest':
      return new LeastRequest(random, slow)
    case 'random':
      return new RandomChoice(random)
    case 'consistentHash':
      return new ConsistentHash(balance.by, random)
  }
}
