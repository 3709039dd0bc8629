import type { GatewaySpec } from '#api'
import { type Outcome, ok, type Problem, problem } from '#kit/outcome.ts'
import type { Settings } from './settings.ts'

export interface GatewayAddresses {
  /** Named in the spec: without all of them the Gateway is not programmed. */
  readonly requested: readonly string[]
  /** Where listeners are bound; empty: the plane's default. */
  readonly bind: readonly string[]
}

/**
 * `spec.addresses` -> IP addresses to bind. An address without a value asks for any, as does an empty list: the plane's default,
 * or the Gateway's own where each has one.
 * @param gateway `namespace/name`
 */
export function translateAddresses(gateway: string, spec: GatewaySpec, settings: Settings): Outcome<GatewayAddresses> {
  const addresses = spec.addresses ?? []
  const problems: Problem[] = []
  for (const [i, { type, value }] of addresses.entries()) {
    if (type === 'IPAddress') continue
    const message = `address ${value ?? ''} has type ${type}: a Gateway here can only bind IP addresses (type IPAddress)`
    problems.push({ reason: 'UnsupportedAddress', message, path: `spec.addresses[${i}]` })
  }
  if (problems.length > 0) return { ok: false, problems }
  const requested = sorted(addresses.flatMap(({ value }) => (value ? [value] : [])))
  // Its data plane is bound to whatever it has; what leads there is made for it.
  if (settings.sockets === 'own') return ok({ requested, bind: [] })
  const any = addresses.some(({ value }) => !value)
  if (!any && requested.length > 0) return ok({ requested, bind: requested })
  if (!settings.addressFor) {
    // One that is named beside one that is not: the default then has to be named too.
    const bind = any && requested.length > 0 ? sorted([...requested, ...(settings.defaultAddresses ?? [])]) : requested
    return ok({ requested, bind })
  }
  const own = settings.addressFor(gateway)
  if (own === undefined) {
    const message = 'all addresses that Gateways may have are taken: ask for one in spec.addresses, or widen the pool'
    return problem('AddressNotAssigned', message, 'spec.addresses')
  }
  return ok({ requested, bind: sorted([...requested, own]) })
}

function sorted(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].sort()
}
