import { Buffer } from 'node:buffer'
import { createHmac, createPrivateKey, sign } from 'node:crypto'

/** Keys for tests alone: fixed, so that tokens in scenarios stay the same. */
export const edKey = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}
const secret = 'a secret for tests, which everybody knows'

export const keySet = JSON.stringify({
  keys: [
    { kty: 'OKP', crv: 'Ed25519', kid: 'ed', alg: 'EdDSA', use: 'sig', x: edKey.x },
    { kty: 'oct', kid: 'hmac', alg: 'HS256', k: Buffer.from(secret).toString('base64url') },
  ],
})

type Members = Readonly<Record<string, unknown>>

export function encode(value: Members | string): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/** A token of the key `ed`, or of what the header names. */
export function makeToken(claims: Members | string, header: Members | string = { alg: 'EdDSA', kid: 'ed' }): string {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${sign(null, Buffer.from(text), createPrivateKey({ key: edKey, format: 'jwk' })).toString('base64url')}`
}

/** @param key the shared secret, or what an attacker takes for one */
export function makeHmacToken(claims: Members, header: Members = { alg: 'HS256', kid: 'hmac' }, key = secret): string {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}
