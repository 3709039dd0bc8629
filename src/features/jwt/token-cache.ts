import type { Claims } from './verify-token.ts'

const maxTokens = 4_096
const maxCharacters = 4 * 1024 * 1024

/** Tokens whose signature was verified; the oldest go first. Bounded, because whoever has one token may have many. */
export class TokenCache {
  readonly #verified = new Map<string, Claims>()
  #characters = 0

  get(token: string): Claims | undefined {
    return this.#verified.get(token)
  }

  add(token: string, claims: Claims): void {
    if (token.length > maxCharacters / 64 || this.#verified.has(token)) return
    this.#verified.set(token, claims)
    this.#characters += token.length
    for (const [oldest] of this.#verified) {
      if (this.#verified.size <= maxTokens && this.#characters <= maxCharacters) return
      this.delete(oldest)
    }
  }

  delete(token: string): void {
    if (this.#verified.delete(token)) this.#characters -= token.length
  }

  clear(): void {
    this.#verified.clear()
    this.#characters = 0
  }
}
