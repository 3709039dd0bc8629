import { Buffer } from 'node:buffer'
import { compactVerify } from 'jose'
import { clockSkewSeconds, type JwtProvider } from './ir.ts'
import type { VerifyKey } from './key-set.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Why a token is not believed: what the client hears, in Envoy's words. */
export const refusals = {
  missing: 'Jwt is missing',
  format: 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections',
  header: 'Jwt header is an invalid JSON',
  algorithm: 'Jwt header [alg] field value is invalid or not implemented',
  payload: 'Jwt payload is an invalid JSON',
  critical: 'Jwt header [crit] names extensions that are not known here',
  expired: 'Jwt is expired',
  early: 'Jwt not yet valid',
  issuer: 'Jwt issuer is not configured',
  audience: 'Audiences in Jwt are not allowed',
  signature: 'Jwt verification fails',
  noKey: "Jwks doesn't have key to match kid or alg from Jwt",
  keysAway: 'Jwks remote fetch is failed',
} as const

export type Refusal = keyof typeof refusals

/** A token taken apart; nothing of it is true yet. */
export interface UnverifiedToken {
  readonly text: string
  readonly alg: string
  readonly kid: string | undefined
  readonly claims: Claims
}

/** Keys come from the configuration alone: `jwk`, `jku`, `x5u` and `x5c` in the header are never looked at (RFC 8725 3.10). */
const known = new Set([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'HS256',
  'HS384',
  'HS512',
  'EdDSA',
])

export function parseToken(text: string): UnverifiedToken | Refusal {
  const parts = text.split('.', 4)
  if (parts.length !== 3) return 'format'
  const header = parseObject(parts[0]!)
  if (!header) return 'header'
  const { alg, kid, crit } = header
  if (typeof alg !== 'string' || !known.has(alg)) return 'algorithm'
  if (kid !== undefined && typeof kid !== 'string') return 'header'
  // RFC 7515 4.1.11: what must be understood, and isn't. The same with b64, which JWTs can't have (RFC 7797 7).
  if (crit !== undefined || header.b64 !== undefined) return 'critical'
  const claims = parseObject(parts[1]!)
  if (!claims) return 'payload'
  for (const name of ['exp', 'nbf', 'iat'])
    if (claims[name] !== undefined && !Number.isFinite(claims[name])) return 'payload'
  if (!isAudience(claims.aud)) return 'payload'
  return { text, alg, kid: kid === '' ? undefined : kid, claims }
}

/** A text, or a list of texts (RFC 7519 4.1.3). */
function isAudience(aud: unknown): boolean {
  const texts: readonly unknown[] = Array.isArray(aud) ? aud : [aud ?? '']
  return texts.every((one) => typeof one === 'string')
}

const base64url = /^[A-Za-z0-9_-]+$/

/** Of members with equal names the last counts (RFC 7519 4). */
function parseObject(part: string): Record<string, unknown> | undefined {
  if (!base64url.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url')))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Cheap questions first: a signature is only computed for tokens that would pass with it. */
export function judgeClaims(provider: JwtProvider, claims: Claims, nowSeconds: number): Refusal | undefined {
  if (provider.issuer !== '' && claims.iss !== provider.issuer) return 'issuer'
  const time = judgeTime(claims, nowSeconds)
  if (time) return time
  const { audiences } = provider
  if (audiences.length === 0) return undefined
  const named: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  return named.some((one) => typeof one === 'string' && audiences.some((allowed) => sameAudience(one, allowed)))
    ? undefined
    : 'audience'
}

/** As Envoy compares: without the scheme and a slash at the end. */
function sameAudience(one: string, other: string): boolean {
  return one === other || plainAudience(one) === plainAudience(other)
}

function plainAudience(text: string): string {
  return text.replace(/^https?:\/\//, '').replace(/\/$/, '')
}

export function judgeTime({ exp, nbf }: Claims, nowSeconds: number): Refusal | undefined {
  if (typeof nbf === 'number' && nowSeconds + clockSkewSeconds < nbf) return 'early'
  if (typeof exp === 'number' && nowSeconds > exp + clockSkewSeconds) return 'expired'
  return undefined
}

/** @returns whether one of the keys made the signature; 'noKey' when none could have */
export async function verifySignature(
  { text, alg, kid }: UnverifiedToken,
  keys: readonly VerifyKey[],
): Promise<true | 'noKey' | 'signature'> {
  const fitting = keys.filter(
    (key) =>
      key.family.includes(alg) &&
      (key.alg === undefined || key.alg === alg) &&
      (kid === undefined || key.kid === undefined || key.kid === kid),
  )
  for (const { key } of fitting) {
    try {
      await compactVerify(text, key, { algorithms: [alg] })
      return true
    } catch {
      // The next key may be the one.
    }
  }
  return fitting.length === 0 ? 'noKey' : 'signature'
}
