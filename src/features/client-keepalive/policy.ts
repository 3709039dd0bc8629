import { ok } from '#kit/outcome.ts'
import { parseTcpKeepalive, type TcpKeepaliveSpec } from '#kit/tcp-keepalive-spec.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly tcpKeepalive: TcpKeepaliveSpec
}

export const clientKeepalive = {
  kind: 'ClientTrafficPolicy',
  fields: ['tcpKeepalive'],
  notes: {
    'tcpKeepalive.probes': 'default: 9; counts on the embedded plane from Node 26.4 on',
    'tcpKeepalive.idleTime': 'default: 2h; in whole seconds',
    'tcpKeepalive.interval': 'default: 75s; in whole seconds; counts on the embedded plane from Node 26.4 on',
  },
  translate({ tcpKeepalive }: Spec) {
    const parsed = parseTcpKeepalive(tcpKeepalive, 'spec.tcpKeepalive')
    if (!parsed.ok) return parsed
    const asked = { tcpKeepAlive: parsed.value }
    return ok({ listener: { client: asked, streams: asked } })
  },
} satisfies PolicySlice
