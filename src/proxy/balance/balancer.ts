import type { HashKey } from '#ir'

/** What a balancer knows of an endpoint. */
export interface Candidate {
  readonly key: string
  /** Requests in flight, those of other workers included where the balancer asks for it. */
  readonly load: number
  /** Its share of a full endpoint's traffic, 0 < share ≤ 1: less while it starts slowly. */
  share(now: number): number
}

/** What a hash is made of. */
export interface Asker {
  readonly sourceIp: string
  /** Of the request, names lower case; undefined for connections and what the client did not send. */
  header(name: string): string | undefined
  query(name: string): string | undefined
  /** May make one up for a client that has none. */
  cookie(key: HashKey & { readonly kind: 'cookie' }): string | undefined
}

/** Chooses an endpoint. One per backend and worker. */
export interface Balancer {
  /** The endpoints from now on, in the order of the snapshot. */
  update(endpoints: readonly Candidate[]): void
  /**
   * @param asker undefined: a request of our own
   * @param usable whether an endpoint may be chosen now
   * @returns the index of the chosen one; -1: none is usable
   */
  pick(asker: Asker | undefined, usable: (index: number) => boolean): number
}
