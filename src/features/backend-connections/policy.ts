import { parseByteQuantity } from '#kit/byte-quantity.ts'
import { ok } from '#kit/outcome.ts'
import { parseTcpKeepalive, type TcpKeepaliveSpec } from '#kit/tcp-keepalive-spec.ts'
import type { BackendSlots, PolicySlice } from '#translate'

interface Spec {
  readonly tcpKeepalive?: TcpKeepaliveSpec
  readonly connection?: {
    readonly bufferLimit?: string | number
    readonly preconnect?: { readonly perEndpointPercent?: number; readonly predictivePercent?: number }
  }
  readonly proxyProtocol?: { readonly version: 'V1' | 'V2' }
}

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
    const keepAlive = tcpKeepalive && parseTcpKeepalive(tcpKeepalive, 'spec.tcpKeepalive')
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
