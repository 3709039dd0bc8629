import type { Backend, BackendKey, Listener, StreamRoute, WeightedBackend } from '#ir'
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
          matcher: buildMatcher(stream, backend),
          idle_timeout: duration(listener?.client.idleTimeoutMs ?? 60_000),
        }),
      },
    ],
  }
}

const million = 1_000_000

/**
 * The backends are one cluster, whose localities have their weights. A share that leads nowhere would be no endpoint, and its
 * sessions went to the others: it is taken out before. Envoy makes the lot of the client's port.
 */
function buildMatcher(stream: StreamRoute | undefined, backend: (key: BackendKey) => Backend | undefined): Message {
  const live = stream?.to.filter(({ weight }) => weight > 0) ?? []
  const sound = live.filter(({ kind }) => kind === 'backend')
  const rest = on(target(stream, sound, backend))
  if (sound.length === 0 || sound.length === live.length) return { on_no_match: rest }
  const numerator = Math.round((1 - weigh(sound) / weigh(live)) * million)
  const lot = typed('envoy.extensions.matching.input_matchers.runtime_fraction.v3.RuntimeFraction', {
    runtime_fraction: { default_value: { numerator, denominator: 'MILLION' }, runtime_key: 'headgate.broken' },
  })
  const port = typed('envoy.extensions.matching.common_inputs.network.v3.SourcePortInput')
  const predicate = {
    single_predicate: {
      input: { name: 'source_port', typed_config: port },
      custom_match: { name: 'runtime_fraction', typed_config: lot },
    },
  }
  return { matcher_list: { matchers: [{ predicate, on_match: on(nowhere) }] }, on_no_match: rest }
}

function on(cluster: string): Message {
  const route = typed('envoy.extensions.filters.udp.udp_proxy.v3.Route', { cluster })
  return { action: { name: 'route', typed_config: route } }
}

function weigh(shares: readonly WeightedBackend[]): number {
  return shares.reduce((sum, { weight }) => sum + weight, 0)
}

/** @param sound shares that are not broken */
function target(
  stream: StreamRoute | undefined,
  sound: readonly WeightedBackend[],
  backend: (key: BackendKey) => Backend | undefined,
): string {
  const [only, ...more] = sound
  if (!stream || only?.kind !== 'backend') return nowhere
  if (more.length === 0) return clusterName(only.backend)
  return canMerge(sound, backend) ? mergedClusterName(stream) : nowhere
}
