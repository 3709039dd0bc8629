import type { Listener, TcpKeepAlive } from '#ir'
import { firstThatSays, leastTime } from './http-limits.ts'
import { type ProxyProtocol, proxyProtocolOf } from './read-proxy-header.ts'

/** What holds for a connection before anybody knows which listener it is for. */
export interface SocketLimits {
  /** For its first words. */
  readonly headerTimeoutMs: number
  readonly closeDelayMs: number
  readonly tcpKeepAlive: TcpKeepAlive | undefined
  readonly proxyProtocol: ProxyProtocol | undefined
}

export function socketLimits(listeners: readonly Listener[]): SocketLimits {
  return {
    headerTimeoutMs: leastTime(listeners, (client) => client.headerTimeoutMs),
    closeDelayMs: Math.max(0, ...listeners.map(({ client }) => client.closeDelayMs ?? 0)),
    // One listener's question is no burden for the others.
    tcpKeepAlive: firstThatSays(listeners, (client) => client.tcpKeepAlive),
    proxyProtocol: proxyProtocolOf(listeners),
  }
}
