import { requestAttributes, type VerifiedClaims } from '#ir'
import { addField, type Plane, type ProxyFilter, type Reply, type RequestContext, removeField } from '#proxy'
import { claimText } from './claim-text.ts'
import { extractTokens } from './extract-tokens.ts'
import type { JwtNode, JwtProvider } from './ir.ts'
import { parseKeySet, type VerifyKey } from './key-set.ts'
import { type RemoteKeySet, remoteKeySet } from './remote-keys.ts'
import { TokenCache } from './token-cache.ts'
import {
  type Claims,
  judgeClaims,
  judgeTime,
  parseToken,
  type Refusal,
  refusals,
  type UnverifiedToken,
  verifySignature,
} from './verify-token.ts'

export const jwt: ProxyFilter<JwtNode> = {
  compile({ providers, lets }, plane) {
    const checkers = providers.map((provider) => new Checker(provider, plane))
    const written = [...new Set(providers.flatMap(({ claimToHeaders }) => claimToHeaders.map(({ header }) => header)))]

    const settle = (context: RequestContext, verdicts: readonly Verdict[]): Reply | undefined => {
      let refusal: Refusal = 'missing'
      for (const [i, verdict] of verdicts.entries()) {
        if (typeof verdict !== 'string') {
          accept(context, providers[i]!, verdict)
          return undefined
        }
        // What says most: that there is none, or one of somebody else, is said where nothing else is known.
        if (verdict !== 'missing' && (verdict !== 'issuer' || refusal === 'missing')) refusal = verdict
      }
      if (lets === 'all' || (lets === 'missing' && refusal === 'missing')) return undefined
      return refuse(context, refusal)
    }

    return {
      onRequest(context) {
        // Before anything else: nobody but us says what a token claims.
        const tokens = checkers.map(({ provider }) => extractTokens(provider.from, context))
        for (const name of written) removeField(context.head.fields, name)
        const now = Date.now() / 1_000
        const verdicts: Verdict[] = []
        let waits = false
        for (const [i, checker] of checkers.entries()) {
          const verdict = checker.recall(tokens[i]!, now)
          if (verdict === undefined) {
            waits = true
            break
          }
          verdicts.push(verdict)
          if (typeof verdict !== 'string') return settle(context, verdicts)
        }
        if (!waits) return settle(context, verdicts)
        return Promise.all(checkers.map((checker, i) => checker.check(tokens[i]!, now))).then((all) =>
          settle(context, all),
        )
      },
    }
  },
}

/** Of all tokens, as they were checked. */
type Verdict = readonly Claims[] | Refusal

/** One provider's opinion. */
class Checker {
  readonly provider: JwtProvider
  readonly #local: readonly VerifyKey[] | undefined
  readonly #remote: RemoteKeySet | undefined
  readonly #cache = new TokenCache()
  /** The keys that what is in the cache was verified with. */
  #cachedFor: readonly VerifyKey[] | undefined

  constructor(provider: JwtProvider, plane: Plane) {
    this.provider = provider
    const { keys } = provider
    if (keys.kind === 'remote') this.#remote = remoteKeySet(plane, keys)
    else {
      const parsed = parseKeySet(keys.text)
      this.#local = typeof parsed === 'string' ? [] : parsed
    }
  }

  /** What is known without computing anything. */
  recall(tokens: readonly string[], now: number): Verdict | undefined {
    if (tokens.length === 0) return 'missing'
    const keys = this.#local ?? this.#remote!.fresh
    if (!keys || tokens.length > 1) return undefined
    const claims = this.#recallFrom(keys, tokens[0]!)
    return claims && (judgeTime(claims, now) ?? [claims])
  }

  #recallFrom(keys: readonly VerifyKey[], token: string): Claims | undefined {
    if (keys !== this.#cachedFor) {
      this.#cache.clear()
      this.#cachedFor = keys
    }
    return this.#cache.get(token)
  }

  /** All tokens must be valid: the backend may take another one than we. Envoy begins with the last one, too. */
  async check(tokens: readonly string[], now: number): Promise<Verdict> {
    if (tokens.length === 0) return 'missing'
    const all: Claims[] = []
    for (const text of tokens.toReversed()) {
      const one = await this.#checkOne(text, now)
      if (typeof one === 'string') return one
      all.push(one)
    }
    return all
  }

  async #checkOne(text: string, now: number): Promise<Claims | Refusal> {
    const token = parseToken(text)
    if (typeof token === 'string') return token
    const refusal = judgeClaims(this.provider, token.claims, now)
    if (refusal) return refusal
    const keys = this.#local ?? (await this.#remote!.get())
    if (!keys) return 'keysAway'
    if (this.#recallFrom(keys, text)) return token.claims
    const verified = await verifySignature(token, keys)
    if (verified === true) return this.#remember(keys, token)
    if (verified !== 'noKey' || !this.#remote) return verified
    const newer = await this.#remote.newer()
    if (!newer) return verified
    const again = await verifySignature(token, newer)
    return again === true ? this.#remember(newer, token) : again
  }

  #remember(keys: readonly VerifyKey[], { text, claims }: UnverifiedToken): Claims {
    if (keys === this.#cachedFor) this.#cache.add(text, claims)
    return claims
  }
}

/** Of several tokens the one that was checked last, the first in the order of the places, counts for authorization; the backend hears of all. */
function accept({ head, state }: RequestContext, { name, claimToHeaders }: JwtProvider, all: readonly Claims[]): void {
  const verified: VerifiedClaims = new Map([[name, all.at(-1)!]])
  state[requestAttributes.claims] = verified
  for (const claims of all) {
    for (const { header, claim } of claimToHeaders) {
      const text = claimText(claims, claim)
      if (text !== undefined) addField(head.fields, header, text)
    }
  }
}

const longestUri = 256

function refuse({ client, original }: RequestContext, refusal: Refusal): Reply {
  const realm = `${client.scheme}://${original.authority}${original.path.slice(0, longestUri)}`.replace(/["\\]/g, '')
  return {
    // RFC 6750 3.1 would say 401 to both; this is how Envoy tells who came to the wrong door.
    status: refusal === 'audience' ? 403 : 401,
    fields: [
      ...['content-type', 'text/plain'],
      ...['www-authenticate', `Bearer realm="${realm}"${refusal === 'missing' ? '' : ', error="invalid_token"'}`],
    ],
    body: refusals[refusal],
    why: `jwt: ${refusals[refusal]}`,
    told: refusals[refusal],
  }
}
