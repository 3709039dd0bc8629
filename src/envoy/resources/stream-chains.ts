import { compareAge, compareText, type Listener, type StreamRoute, type WeightedBackend } from '#ir'
import { duration, type Message, typed } from '../message.ts'
import { clusterName, nowhere, statName } from './names.ts'
import { ads } from './secrets.ts'

const tcpProxyType = 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'

/**
 * The winner for each server name: nothing but the name tells connections apart, so of routes with the same one the oldest gets
 * all (Gateway API, guides/api-design, Conflicts).
 */
export function chooseStreams(streams: readonly StreamRoute[]): Map<StreamRoute, string[]> {
  const winners = new Map<string, StreamRoute>()
  for (const stream of [...streams].sort(compareStreams)) {
    for (const name of stream.serverNames) if (!winners.has(name)) winners.set(name, stream)
  }
  const names = new Map<StreamRoute, string[]>()
  for (const [name, stream] of winners) names.set(stream, [...(names.get(stream) ?? []), name])
  return names
}

function compareStreams(a: StreamRoute, b: StreamRoute): number {
  return (
    compareAge(a.createdAt, b.createdAt) ||
    compareText(a.origin.namespace, b.origin.namespace) ||
    compareText(a.origin.name, b.origin.name) ||
    a.rule - b.rule
  )
}

/** A network filter that hands connections to backends whole, as a resource of its own: its listener needs not know of a change. */
export function buildTcpProxy(name: string, to: readonly WeightedBackend[], { client }: Listener): Message {
  return {
    name,
    typed_config: typed(tcpProxyType, {
      stat_prefix: statName(name),
      ...buildStreamTarget(to),
      idle_timeout: duration(client.streamIdleTimeoutMs),
      max_connect_attempts: 4,
    }),
  }
}

/** Stands for it in the listener. Open connections keep what they had when it changes; it closes none of them. */
export function tcpProxyRef({ name }: Message): Message {
  return { name, config_discovery: { config_source: ads, type_urls: [`type.googleapis.com/${tcpProxyType}`] } }
}

/** A share that leads nowhere refuses its connections. */
function buildStreamTarget(to: readonly WeightedBackend[]): Message {
  const clusters = to
    .filter(({ weight }) => weight > 0)
    .map((one) => ({ name: one.kind === 'backend' ? clusterName(one.backend) : nowhere, weight: one.weight }))
  const [only] = clusters
  if (!only) return { cluster: nowhere }
  return clusters.length === 1 ? { cluster: only.name } : { weighted_clusters: { clusters } }
}
