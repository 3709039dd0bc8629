import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly tcpKeepalive: { readonly probes?: number; readonly idleTime?: string; readonly interval?: string }
}

export const clientKeepalive = {
  kind: 'ClientTrafficPolicy',
  fields: ['tcpKeepalive'],
  notes: {
    'tcpKeepalive.probes': 'default: 9; counts on the embedded plane from Node 26.4 on',
    'tcpKeepalive.idleTime': 'default: 2h; in whole seconds',
    'tcpKeepalive.interval': 'default: 75s; in whole seconds; counts on the embedded plane from Node 26.4 on',
  },
  translate({ tcpKeepalive: { probes = 9, idleTime = '2h', interval = '75s' } }: Spec, scope) {
    const idle = scope.duration(idleTime, 'tcpKeepalive.idleTime')
    if (!idle.ok) return idle
    const between = scope.duration(interval, 'tcpKeepalive.interval')
    if (!between.ok) return between
    for (const [name, ms] of [
      ['idleTime', idle.value ?? 0],
      ['interval', between.value ?? 0],
    ] as const)
      if (ms < 1_000 || ms % 1_000 !== 0)
        return scope.refuse(`tcpKeepalive.${name}`, 'must be whole seconds, at least 1s: kernels count no others')
    if (probes < 1) return scope.refuse('tcpKeepalive.probes', 'must be at least 1')
    const asked = { tcpKeepAlive: { probes, idleMs: idle.value ?? 0, intervalMs: between.value ?? 0 } }
    return ok({ listener: { client: asked, streams: asked } })
  },
} satisfies PolicySlice
