import type { GatewaySpec } from '#api'
import { type Outcome, ok, type Problem } from '#kit/outcome.ts'
import type { Settings } from './settings.ts'

export interface GatewayAddresses {
  /** Named in the spec: without all of them the Gateway is not programmed. */
  readonly requested: readonly string[]
  /** Where listeners are bound; empty: the plane's default. */
  readonly bind: readonly string[]
}

/** `spec.addresses` -> IP addresses to bind. An address without a value asks for any, as does an empty list: the plane's default. */
export function translateAddresses(spec: GatewaySpec, settings: Settings): Outcome<GatewayAddresses> {
  const addresses = spec.addresses ?? []
  const problems: Problem[] = []
  for (const [i, { type, value }] of addresses.entries()) {
    if (type === 'IPAddress') continue
    const message = `address ${value ?? ''} has type ${type}: a Gateway here can only bind IP addresses (type IPAddress)`
    problems.push({ reason: 'UnsupportedAddress', message, path: `spec.addresses[${i}]` })
  }
  if (problems.length > 0) return { ok: false, problems }
  const requested = sorted(addresses.flatMap(({ value }) => (value ? [value] : [])))
  const any = addresses.some(({ value }) => !value)
  // One that is named beside one that is not: the default then has to be named too.
  const bind = requested.length > 0 && any ? sorted([...requested, ...(settings.defaultAddresses ?? [])]) : requested
  return ok({ requested, bind })
}

function sorted(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].sort()
}
