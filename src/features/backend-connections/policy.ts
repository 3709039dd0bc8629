import type { TcpKeepAlive } from '#ir'
import { parseByteQuantity } from '#kit/byte-quantity.ts'
import { type Outcome, ok } from '#kit/outcome.ts'
import type { BackendSlots, PolicyScope, PolicySlice } from '#translate'

interface Spec {
  readonly tcpKeepalive?: { readonly probes?: number; readonly idleTime?: string; readonly interval?: string }
  readonly connection?: {
    readonly bufferLimit?: string | number
    readonly preconnect?: { readonly perEndpointPercent?: number; readonly predictivePercent?: number }
  }
  readonly proxyProtocol?: { readonly version: 'V1' | 'V2' }
}

// Envoy Gateway's (TCPKeepalive), which are those of the kernel.
const defaultKeepAlive: TcpKeepAlive = { probes: 9, idleMs: 7_200_000, intervalMs: 75_000 }
const mostBytes = 0xffff_ffff
const opened = 'connections are opened when requests need them, and kept; remove it, or let Envoy be the plane'

export const backendConnections = {
  kind: 'BackendTrafficPolicy',
  fields: ['tcpKeepalive', 'connection', 'proxyProtocol'],
  refused: {
    'connection.socketBufferLimit':
      "is not acted on, neither here nor by Envoy Gateway: the kernel's net.ipv4.tcp_wmem and tcp_rmem decide; remove it",
  },
  refusedOn: { embedded: { 'connection.preconnect': opened } },
  notes: {
    'tcpKeepalive.idleTime': 'default: 2h; whole seconds',
    'tcpKeepalive.interval': 'default: 75s; whole seconds',
    'tcpKeepalive.probes': 'default: 9',
    'connection.bufferLimit': 'at most 4Gi; on the embedded plane of what is on its way to the backend',
    proxyProtocol: 'each connection carries the requests of one client connection only',
  },
  translate({ tcpKeepalive, connection = {}, proxyProtocol }: Spec, scope) {
    const keepAlive = tcpKeepalive && translateKeepAlive(tcpKeepalive, scope)
    if (keepAlive && !keepAlive.ok) return keepAlive
    const { bufferLimit, preconnect } = connection
    const bytes = bufferLimit === undefined ? undefined : (parseByteQuantity(bufferLimit) ?? 0)
    if (bytes !== undefined && (bytes === 0 || bytes > mostBytes))
      return scope.refuse('connection.bufferLimit', `${bufferLimit} is no size up to 4Gi; write 32Ki or 1Mi`)
    const backend: BackendSlots = {
      ...(keepAlive && { tcpKeepAlive: keepAlive.value }),
      ...(bytes !== undefined && { bufferBytes: bytes }),
      ...(preconnect && { preconnect }),
      ...(proxyProtocol && { proxyProtocol: proxyProtocol.version === 'V1' ? 1 : 2 }),
    }
    return ok({ backend })
  },
} satisfies PolicySlice

function translateKeepAlive(
  { probes, idleTime, interval }: NonNullable<Spec['tcpKeepalive']>,
  scope: PolicyScope,
): Outcome<TcpKeepAlive> {
  if (probes === 0) return scope.refuse('tcpKeepalive.probes', 'must be at least 1')
  const idle = seconds(idleTime, 'tcpKeepalive.idleTime', scope)
  if (!idle.ok) return idle
  const each = seconds(interval, 'tcpKeepalive.interval', scope)
  if (!each.ok) return each
  return ok({
    probes: probes ?? defaultKeepAlive.probes,
    idleMs: idle.value ?? defaultKeepAlive.idleMs,
    intervalMs: each.value ?? defaultKeepAlive.intervalMs,
  })
}

/** The kernel knows no shorter unit. */
function seconds(text: string | undefined, path: string, scope: PolicyScope): Outcome<number | undefined> {
  const duration = scope.duration(text, path)
  if (!duration.ok || duration.value === undefined) return duration
  if (duration.value > 0 && duration.value % 1_000 === 0) return duration
  return scope.refuse(path, `${text} is no whole number of seconds, of which there must be one at least`)
}
