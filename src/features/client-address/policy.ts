import { type AddressSource, type Cidr, parseCidr } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly clientIPDetection: {
    readonly xForwardedFor?: {
      readonly numTrustedHops?: number
      readonly trustedCIDRs?: readonly string[]
      readonly disableXForwardedForAppend?: boolean
    }
    readonly customHeader?: { readonly name: string; readonly failClosed?: boolean }
    readonly directSourceIP?: object
  }
}

export const clientAddress = {
  kind: 'ClientTrafficPolicy',
  fields: ['clientIPDetection'],
  translate({ clientIPDetection: { xForwardedFor, customHeader } }: Spec, scope) {
    let addressFrom: AddressSource | undefined
    const cidrs: Cidr[] = []
    for (const [i, text] of (xForwardedFor?.trustedCIDRs ?? []).entries()) {
      const cidr = parseCidr(text)
      if (!cidr)
        return scope.refuse(
          `clientIPDetection.xForwardedFor.trustedCIDRs[${i}]`,
          `${text} is no network; write 10.0.0.0/8`,
        )
      cidrs.push(cidr)
    }
    if (cidrs.length > 0) addressFrom = { kind: 'cidrs', cidrs }
    if (customHeader) {
      const name = customHeader.name.toLowerCase()
      if (name === 'forwarded' || name.startsWith('x-forwarded-'))
        return scope.refuse('clientIPDetection.customHeader.name', `${name} is for xForwardedFor to read`)
      addressFrom = { kind: 'field', name, orRefuse: customHeader.failClosed ?? false }
    }
    return ok({
      listener: {
        client: {
          trustedHops: xForwardedFor?.numTrustedHops ?? 0,
          ...(addressFrom && { addressFrom }),
          ...(xForwardedFor?.disableXForwardedForAppend && { keepForwardedFor: true }),
        },
      },
    })
  },
} satisfies PolicySlice
