import { frame } from './frames.ts'
import type { GatewaySlice } from './gateway-slice.ts'
import { updateTexts } from './update-texts.ts'

/** A whole slice as messages, made once for all proxies that come at the same time, as far as the first of them has got. */
export class SharedUpdate implements Iterable<Buffer> {
  readonly version: number
  readonly #texts: Iterator<string>
  readonly #frames: Buffer[] = []

  constructor(slice: GatewaySlice, version: number) {
    this.version = version
    this.#texts = updateTexts(slice.differing({}), version, slice.hashes)
  }

  *[Symbol.iterator](): Generator<Buffer> {
    for (let i = 0; ; i++) {
      if (i === this.#frames.length) {
        const next = this.#texts.next()
        if (next.done) return
        this.#frames.push(frame(next.value))
      }
      yield this.#frames[i]!
    }
  }
}

/** The last one of each slice, for as long as somebody is sending it. */
const shared = new WeakMap<GatewaySlice, WeakRef<SharedUpdate>>()

/** @param version of the newest snapshot */
export function shareUpdate(slice: GatewaySlice, version: number): SharedUpdate {
  const known = shared.get(slice)?.deref()
  // What changed since then belongs to others.
  if (known && known.version >= slice.version) return known
  const update = new SharedUpdate(slice, version)
  shared.set(slice, new WeakRef(update))
  return update
}
