import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly proxyProtocol?: { readonly optional?: boolean }
  readonly enableProxyProtocol?: boolean
}

export const clientProxyProtocol = {
  kind: 'ClientTrafficPolicy',
  fields: ['proxyProtocol', 'enableProxyProtocol'],
  notes: {
    proxyProtocol: 'versions 1 and 2; where all listeners of a port ask for it',
    enableProxyProtocol: 'where proxyProtocol is not written',
  },
  translate({ proxyProtocol, enableProxyProtocol }: Spec) {
    if (!proxyProtocol && !enableProxyProtocol) return ok({})
    const asked = { proxyProtocol: proxyProtocol?.optional ? ('optional' as const) : ('required' as const) }
    return ok({ listener: { client: asked, streams: asked } })
  },
} satisfies PolicySlice
