import type { GatewaySpec } from '#api'
import { type Outcome, ok, type Problem } from '#kit/outcome.ts'

/** `spec.addresses` -> IP addresses to bind; an address without a value asks for any, as does an empty list. */
export function translateAddresses(spec: GatewaySpec): Outcome<readonly string[]> {
  const addresses = spec.addresses ?? []
  const problems: Problem[] = []
  for (const [i, { type, value }] of addresses.entries()) {
    if (type === 'IPAddress') continue
    const message = `address ${value ?? ''} has type ${type}: a Gateway here can only bind IP addresses (type IPAddress)`
    problems.push({ reason: 'UnsupportedAddress', message, path: `spec.addresses[${i}]` })
  }
  if (problems.length > 0) return { ok: false, problems }
  const values = addresses.flatMap(({ value }) => (value ? [value] : []))
  return ok([...new Set(values)].sort())
}
