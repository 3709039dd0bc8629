import { Buffer } from 'node:buffer'
import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'

/** A key that may verify tokens. */
export interface VerifyKey {
  readonly kid: string | undefined
  readonly alg: string | undefined
  /** Algorithms that go with keys of the kind: an HMAC never takes the text of a public key (RFC 8725 3.1). */
  readonly family: readonly string[]
  readonly key: KeyObject
}

const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const hmac = ['HS256', 'HS384', 'HS512']
const curves: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA'],
}

/**
 * The keys of a JSON Web Key Set. Keys for encryption, and of kinds that we don't know, are passed over (RFC 7517 5).
 * @returns what is wrong, as text
 */
export function parseKeySet(text: string): readonly VerifyKey[] | string {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return 'is not JSON; a JSON Web Key Set is {"keys": […]}'
  }
  const keys = (parsed as { keys?: unknown } | null)?.keys
  if (!Array.isArray(keys)) return 'has no list "keys"; a JSON Web Key Set is {"keys": […]}'
  const usable = keys.flatMap((key: unknown) => parseKey(key) ?? [])
  return usable.length > 0 ? usable : 'has no key that can verify signatures (kty RSA, EC, OKP or oct)'
}

function parseKey(jwk: unknown): VerifyKey | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined
  const { kty, crv, kid, alg, use, k } = jwk as Record<string, unknown>
  if (use !== undefined && use !== 'sig') return undefined
  const common = {
    kid: typeof kid === 'string' && kid !== '' ? kid : undefined,
    alg: typeof alg === 'string' && alg !== '' ? alg : undefined,
  }
  try {
    if (kty === 'oct') {
      if (typeof k !== 'string' || k === '') return undefined
      return { ...common, family: hmac, key: createSecretKey(Buffer.from(k, 'base64url')) }
    }
    const family = kty === 'RSA' ? rsa : kty === 'EC' || kty === 'OKP' ? curves[String(crv)] : undefined
    return family && { ...common, family, key: createPublicKey({ key: jwk, format: 'jwk' }) }
  } catch {
    return undefined
  }
}
