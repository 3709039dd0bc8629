import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly clientIPDetection: {
    readonly xForwardedFor?: { readonly numTrustedHops?: number }
    readonly directSourceIP?: object
  }
}

export const clientAddress = {
  kind: 'ClientTrafficPolicy',
  fields: ['clientIPDetection'],
  refused: {
    'clientIPDetection.customHeader':
      'is not supported here: proxies in front are counted with xForwardedFor.numTrustedHops',
    'clientIPDetection.xForwardedFor.trustedCIDRs':
      'is not supported here: count the proxies in front with numTrustedHops',
    'clientIPDetection.xForwardedFor.disableXForwardedForAppend': 'is not supported here: remove it',
  },
  translate({ clientIPDetection: { xForwardedFor } }: Spec) {
    return ok({ listener: { client: { trustedHops: xForwardedFor?.numTrustedHops ?? 0 } } })
  },
} satisfies PolicySlice
