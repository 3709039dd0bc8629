import { Buffer } from 'node:buffer'
import type { Claims } from './verify-token.ts'

/** A claim as a field's value: lists and objects are Base64 of their JSON, as Envoy writes them. Undefined: it is not there. */
export function claimText(claims: Claims, path: readonly string[]): string | undefined {
  let value: unknown = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined
    value = (value as Record<string, unknown>)[name]
  }
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object') return Buffer.from(JSON.stringify(value)).toString('base64')
  const text = Buffer.from(String(value), 'utf8').toString('latin1')
  // A line break would begin another field (RFC 9110 5.5).
  return /[\0-\x08\x0a-\x1f\x7f]/.test(text) ? undefined : text.trim()
}
