import { createHash } from 'node:crypto'
import type { Session } from '#ir'
import type { CompiledShare } from './compile-rule.ts'
import { readCookie } from './cookie.ts'
import { type Fields, joinField, type ResponseHead, removeField } from './message.ts'
import type { EndpointPool } from './upstream/endpoint-pool.ts'

type BackendShare = CompiledShare & { readonly kind: 'backend' }

/**
 * Session persistence (GEP-1619). The token names an endpoint by a hash, so that clients learn no addresses, and carries the
 * second at which the session began: `<hash>.<base36 seconds>`. Changing it only moves the client to another endpoint of
 * the same rule.
 */
export class SessionChoice {
  readonly session: Session
  /** Where the client's token leads, if that still exists. */
  readonly share: BackendShare | undefined
  readonly endpoint: EndpointPool | undefined
  readonly #startedAt: number
  #token: string | undefined
  readonly #sent: string | undefined

  constructor(session: Session, fields: Fields, shares: readonly CompiledShare[], now: number) {
    this.session = session
    this.#sent = readToken(session, fields)
    const [hash, started] = this.#sent?.split('.') ?? []
    const startedAt = started === undefined ? Number.NaN : Number.parseInt(started, 36)
    const alive =
      Number.isFinite(startedAt) &&
      startedAt <= now / 1000 &&
      (session.absoluteTimeoutMs === 0 || now - startedAt * 1000 < session.absoluteTimeoutMs)
    const found = alive && hash ? findEndpoint(shares, hash) : undefined
    this.share = found?.share
    this.endpoint = found?.pool
    this.#startedAt = found ? startedAt : Math.floor(now / 1000)
  }

  chose(share: BackendShare, endpoint: EndpointPool): void {
    this.#token = `${endpointHash(share, endpoint)}.${this.#startedAt.toString(36)}`
  }

  /** Tells the client its token, unless it has sent just that. */
  write(head: ResponseHead, secure: boolean, now: number): void {
    if (this.#token === undefined) return
    const { kind, name, path, lifetime, absoluteTimeoutMs } = this.session
    if (kind === 'header') {
      removeField(head.fields, name.toLowerCase())
      head.fields.push(name.toLowerCase(), this.#token)
      return
    }
    if (this.#token === this.#sent) return
    const left = Math.ceil(absoluteTimeoutMs / 1000 - (now / 1000 - this.#startedAt))
    const age = lifetime === 'permanent' ? `; Max-Age=${Math.max(left, 1)}` : ''
    head.fields.push(
      'set-cookie',
      `${name}=${this.#token}; Path=${path}${age}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`,
    )
  }
}

function readToken(session: Session, fields: Fields): string | undefined {
  if (session.kind === 'header') return joinField(fields, session.name.toLowerCase())
  return readCookie(fields, session.name)
}

function findEndpoint(shares: readonly CompiledShare[], hash: string) {
  for (const share of shares) {
    if (share.kind !== 'backend') continue
    for (const pool of share.pool.endpoints) if (endpointHash(share, pool) === hash) return { share, pool }
  }
  return undefined
}

const hashes = new WeakMap<EndpointPool, string>()

function endpointHash(share: BackendShare, pool: EndpointPool): string {
  let hash = hashes.get(pool)
  if (hash === undefined) {
    hash = createHash('sha256').update(`${share.key} ${pool.key}`).digest('base64url').slice(0, 22)
    hashes.set(pool, hash)
  }
  return hash
}
