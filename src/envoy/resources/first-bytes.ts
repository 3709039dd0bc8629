import type { Listener } from '#ir'
import { type Message, typed } from '../message.ts'

/** What is read of a connection before its filter chain is chosen. */
export function buildInspectors(listeners: readonly Listener[]): Message[] {
  const told = listeners.map(({ client }) => client.proxyProtocol)
  const inspectors: Message[] = []
  // It may say anything about who the client is, and comes before anything that tells listeners apart: no listener is to believe
  // strangers because a neighbour does.
  if (told.length > 0 && told.every((how) => how !== undefined))
    inspectors.push({
      name: 'envoy.filters.listener.proxy_protocol',
      typed_config: typed('envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol', {
        ...(!told.includes('required') && { allow_requests_without_proxy_protocol: true }),
      }),
    })
  if (listeners.some(({ tls }) => tls !== undefined))
    inspectors.push({
      name: 'envoy.filters.listener.tls_inspector',
      typed_config: typed('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'),
    })
  return inspectors
}

/** Whether a silent client is still there is asked by TCP. */
export function buildKeepAlive(listeners: readonly Listener[]): Message {
  const asked = listeners.find(({ client }) => client.tcpKeepAlive)?.client.tcpKeepAlive
  if (!asked) return {}
  return {
    tcp_keepalive: {
      keepalive_probes: asked.probes,
      keepalive_time: asked.idleMs / 1_000,
      keepalive_interval: asked.intervalMs / 1_000,
    },
  }
}
