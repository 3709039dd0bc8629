import type { Listener, TcpKeepAlive } from '#ir'
import { firstThatSays, leastTime } from './http-limits.ts'
import { type ProxyProtocol, proxyProtocolOf } from './read-proxy-header.ts'

/** What holds for a connection before anybody knows which listener it is for. */
export interface SocketLimits {
  /** For its first words. */
  readonly inspectionTimeoutMs: number
  readonly closeDelayMs: number
  readonly tcpKeepAlive: TcpKeepAlive | undefined
  readonly proxyProtocol: ProxyProtocol | undefined
}

export function socketLimits(listeners: readonly Listener[], encrypted: boolean): SocketLimits {
  // Of plain HTTP, whoever has not said anything yet is as idle as one who has nothing more to say.
  const idleMs = encrypted ? 0 : leastTime(listeners, (client) => client.idleTimeoutMs)
  const inspectionMs = leastTime(listeners, (client) => client.inspectionTimeoutMs ?? client.headerTimeoutMs)
  return {
    inspectionTimeoutMs: Math.min(idleMs || inspectionMs, inspectionMs || idleMs),
    closeDelayMs: Math.max(0, ...listeners.map(({ client }) => client.closeDelayMs ?? 0)),
    // One listener's question is no burden for the others.
    tcpKeepAlive: firstThatSays(listeners, (client) => client.tcpKeepAlive),
    proxyProtocol: proxyProtocolOf(listeners),
  }
}
