import type { Backend, BackendKey, Listener, StreamRoute } from '#ir'
import { duration, type Message, typed } from '../message.ts'
import { socketAddress } from './listeners.ts'
import { canMerge } from './merged-clusters.ts'
import { clusterName, mergedClusterName, nowhere, statName } from './names.ts'
import type { ResourceOptions } from './options.ts'
import type { Socket } from './sockets.ts'
import { chooseStreams } from './stream-chains.ts'

/** A Listener of Envoy's for a UDP socket. One listener has it: datagrams carry no name that could choose. */
export function buildUdpListener(
  { name, listeners, address, port }: Socket,
  streamsOf: (listener: Listener) => readonly StreamRoute[],
  backend: (key: BackendKey) => Backend | undefined,
  options: ResourceOptions,
): Message {
  const [listener] = listeners
  const [stream] = listener ? [...chooseStreams(streamsOf(listener)).keys()] : []
  return {
    name,
    address: socketAddress(address, options.bindPort?.(port, 'udp') ?? port, 'UDP'),
    udp_listener_config: {},
    enable_reuse_port: true,
    listener_filters: [
      {
        name: 'envoy.filters.udp_listener.udp_proxy',
        typed_config: typed('envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig', {
          stat_prefix: statName(name),
          matcher: { on_no_match: { action: { name: 'route', typed_config: routeTo(target(stream, backend)) } } },
          idle_timeout: duration(listener?.client.idleTimeoutMs ?? 60_000),
        }),
      },
    ],
  }
}

function routeTo(cluster: string): Message {
  return typed('envoy.extensions.filters.udp.udp_proxy.v3.Route', { cluster })
}

function target(stream: StreamRoute | undefined, backend: (key: BackendKey) => Backend | undefined): string {
  const live = stream?.to.filter(({ weight }) => weight > 0) ?? []
  const [only] = live
  if (!stream || !only) return nowhere
  if (live.length === 1) return only.kind === 'backend' ? clusterName(only.backend) : nowhere
  return canMerge(live, backend) ? mergedClusterName(stream) : nowhere
}
