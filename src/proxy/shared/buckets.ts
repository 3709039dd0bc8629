import { hashText } from '../balance/hash-text.ts'

/** What a bucket has to say to a request. */
export interface Taken {
  readonly allowed: boolean
  /** What is left in this window. */
  readonly remaining: number
  /** Until the next window begins. */
  readonly resetMs: number
}

/** So much in each window of time; windows begin at multiples of their length since 1970, the same in all workers. */
export interface BucketLimit {
  /** At most 4,294,967,295. */
  readonly limit: number
  readonly windowMs: number
}

/** Counts by name, the same for all workers of a proxy. */
export interface Buckets {
  /**
   * Takes `cost` from a bucket if that much is left, else nothing.
   * @param name equal names are one bucket: begin it with what makes it yours
   */
  take(name: string, limit: BucketLimit, cost: number, now: number): Taken
}

// An entry: two halves of the name's hash, the second (since 1970) at which its window is over, one unused; then window and count in 64 bits.
const entryBytes = 32
const ints = entryBytes / 4
const longs = entryBytes / 8
const [LOW, HIGH, EXPIRES] = [0, 1, 2]
const COUNT = 2
/** How far from its place an entry may lie. */
const reach = 32
const count32 = 0xffff_ffffn

/**
 * Buckets in shared memory: a hash table of fixed size without locks. Its entries are never deleted; a new name takes the place
 * of one whose window is over. Only when so many names are counted at the same time that the neighbourhood is full of running
 * windows, the one with the least in it is forgotten: who floods us with new names doesn't wash away what is nearly used up.
 */
export class SharedBuckets implements Buckets {
  readonly #words: Int32Array
  readonly #counts: BigInt64Array
  readonly #mask: number

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer)
    this.#counts = new BigInt64Array(buffer)
    this.#mask = buffer.byteLength / entryBytes - 1
  }

  /** @param entries a power of two; memory is touched only where it is used */
  static allocate(entries = 131_072): SharedArrayBuffer {
    return new SharedArrayBuffer(entries * entryBytes)
  }

  take(name: string, { limit, windowMs }: BucketLimit, cost: number, now: number): Taken {
    const window = Math.floor(now / windowMs)
    const endMs = (window + 1) * windowMs
    const resetMs = endMs - now
    const at = this.#find(name, Math.ceil(endMs / 1_000), now / 1_000) * longs + COUNT
    const current = BigInt(window & 0x7fff_ffff) << 32n
    for (;;) {
      const before = Atomics.load(this.#counts, at)
      const used = before >> 32n === current >> 32n ? Number(before & count32) : 0
      if (used + cost > limit) return { allowed: false, remaining: Math.max(limit - used, 0), resetMs }
      const after = current | BigInt(used + cost)
      if (Atomics.compareExchange(this.#counts, at, before, after) === before)
        return { allowed: true, remaining: limit - used - cost, resetMs }
    }
  }

  /** @returns the index of the name's entry, made when there is none */
  #find(name: string, expires: number, nowSeconds: number): number {
    // 0 stands for a free entry.
    const low = hashText(name) | 0 || 1
    const high = hashText(name, 0x9747b28c) | 0 || 1
    const home = (low ^ (high >>> 7)) & this.#mask
    for (;;) {
      for (let step = 0; step < reach; step++) {
        const index = (home + step) & this.#mask
        const known = Atomics.load(this.#words, index * ints + LOW)
        if (known === low && this.#highOf(index) === high) {
          Atomics.store(this.#words, index * ints + EXPIRES, expires)
          return index
        }
        // Nothing lies behind a free entry.
        if (known === 0) break
      }
      const victim = this.#leastOf(home, nowSeconds)
      if (this.#claim(victim, low, high, expires)) return victim
    }
  }

  /** The entry of the neighbourhood whose loss costs least: a free one, one whose window is over, one with little in it. */
  #leastOf(home: number, nowSeconds: number): number {
    let least = home
    let leastCount = Number.POSITIVE_INFINITY
    for (let step = 0; step < reach; step++) {
      const index = (home + step) & this.#mask
      const isFree = Atomics.load(this.#words, index * ints + LOW) === 0
      if (isFree || Atomics.load(this.#words, index * ints + EXPIRES) <= nowSeconds) return index
      const count = Number(Atomics.load(this.#counts, index * longs + COUNT) & count32)
      if (count < leastCount) {
        least = index
        leastCount = count
      }
    }
    return least
  }

  #claim(index: number, low: number, high: number, expires: number): boolean {
    const at = index * ints
    const before = Atomics.load(this.#words, at + LOW)
    // Another worker has made it meanwhile, perhaps for this very name: look again.
    if (before === low || Atomics.compareExchange(this.#words, at + LOW, before, low) !== before) return false
    Atomics.store(this.#words, at + EXPIRES, expires)
    Atomics.store(this.#counts, index * longs + COUNT, 0n)
    Atomics.store(this.#words, at + HIGH, high)
    return true
  }

  /** Another worker may be about to write it. */
  #highOf(index: number): number {
    let high = 0
    for (let i = 0; i < 1_000 && high === 0; i++) high = Atomics.load(this.#words, index * ints + HIGH)
    return high
  }
}
