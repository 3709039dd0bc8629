/**
 * Values by hostname pattern: exact names, `*.suffix`, and '' for any. A wildcard stands for one or more labels
 * (Gateway API: `*.example.com` matches `a.b.example.com`, never `example.com`).
 */
export class HostMap<V> {
  readonly #exact = new Map<string, V>()
  readonly #wildcard = new Map<string, V>()
  #any: V | undefined

  get(pattern: string): V | undefined {
    if (pattern === '') return this.#any
    return pattern.startsWith('*.') ? this.#wildcard.get(pattern.slice(1)) : this.#exact.get(pattern)
  }

  set(pattern: string, value: V): void {
    if (pattern === '') this.#any = value
    else if (pattern.startsWith('*.')) this.#wildcard.set(pattern.slice(1), value)
    else this.#exact.set(pattern, value)
  }

  delete(pattern: string): void {
    if (pattern === '') this.#any = undefined
    else if (pattern.startsWith('*.')) this.#wildcard.delete(pattern.slice(1))
    else this.#exact.delete(pattern)
  }

  /** The most specific pattern's value: exact, then the longest wildcard, then any. */
  best(host: string): V | undefined {
    return this.each(host, (value) => value)
  }

  /** Asks `take` for each matching pattern, the most specific first, until it answers. */
  each<R>(host: string, take: (value: V) => R | undefined): R | undefined {
    const exact = this.#exact.get(host)
    if (exact !== undefined) {
      const taken = take(exact)
      if (taken !== undefined) return taken
    }
    if (this.#wildcard.size > 0) {
      for (let dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
        const value = this.#wildcard.get(host.slice(dot))
        if (value === undefined) continue
        const taken = take(value)
        if (taken !== undefined) return taken
      }
    }
    return this.#any === undefined ? undefined : take(this.#any)
  }

  get empty(): boolean {
    return this.#exact.size === 0 && this.#wildcard.size === 0 && this.#any === undefined
  }
}

/** Host of an authority, as routes know it: lower case, no port, no trailing dot; IPv6 in brackets. */
export function hostOf(authority: string): string {
  let end = authority.length
  const colon = authority.lastIndexOf(':')
  if (colon >= 0 && authority.indexOf(']', colon) < 0) end = colon
  if (end > 0 && authority.charCodeAt(end - 1) === 46) end--
  const host = end === authority.length ? authority : authority.slice(0, end)
  return upperCase.test(host) ? host.toLowerCase() : host
}

const upperCase = /[A-Z]/
