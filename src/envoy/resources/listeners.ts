import type { Cidr, Listener, StreamRoute, WeightedBackend } from '#ir'
import { duration, type Message, typed } from '../message.ts'
import { buildConnectionManager } from './connection-manager.ts'
import { buildDownstreamTls } from './downstream-tls.ts'
import { buildInspectors, buildKeepAlive } from './first-bytes.ts'
import { plainRoutesName, secureRoutesName, statName, tcpProxyName } from './names.ts'
import type { ResourceOptions } from './options.ts'
import type { Socket } from './sockets.ts'
import { splitSources } from './split-sources.ts'
import { buildTcpProxy, chooseStreams, tcpProxyRef } from './stream-chains.ts'

/** A Listener of Envoy's for a TCP socket, and the filters that it names. */
export interface TcpListener {
  readonly listener: Message
  readonly extensions: readonly Message[]
}

export function buildTcpListener(
  socket: Socket,
  streamsOf: (listener: Listener) => readonly StreamRoute[],
  options: ResourceOptions,
): TcpListener {
  const { name, listeners, address, port } = socket
  const http = listeners.filter(({ protocol }) => protocol === 'http')
  const secure = listeners.filter(({ tls }) => tls !== undefined)
  const plain = listeners.filter(({ protocol }) => protocol === 'tcp')
  const chains: Chain[] = [
    ...secure.flatMap((listener) =>
      listener.protocol === 'https'
        ? httpsChain(listener, socket, options)
        : tlsChains(listener, streamsOf(listener), socket),
    ),
    ...plain.flatMap((listener) => tcpChains(listener, streamsOf(listener), socket)),
    ...(http.length > 0 ? bySources(plainRoutesName(name), { names: [], served: http }, options) : []),
  ]
  // Envoy refuses a socket without chains; without a route nothing is promised.
  const [first] = listeners
  if (chains.length === 0 && first) chains.push(refusingChain(first, socket))
  const inspectors = buildInspectors(listeners)
  const inspectionMs = Math.min(
    ...listeners.map(({ client }) => (client.inspectionTimeoutMs ?? client.headerTimeoutMs) || 10_000),
  )
  const buffers = listeners.flatMap(({ client }) => client.bufferBytes ?? [])
  const kept = withoutRepeats(chains)
  const listener = {
    name,
    address: socketAddress(address, options.bindPort?.(port, 'tcp') ?? port, 'TCP'),
    ...(inspectors.length > 0 && { listener_filters: inspectors, listener_filters_timeout: duration(inspectionMs) }),
    filter_chains: kept.map((chain) => buildChain(chain, secure.length > 0, listeners)),
    enable_reuse_port: true,
    ...buildKeepAlive(listeners),
    // A buffer per connection of Envoy's default size (1 MiB) is more than a stream needs.
    per_connection_buffer_limit_bytes: buffers.length > 0 ? Math.min(...buffers) : 65_536,
  }
  return { listener, extensions: kept.flatMap(({ proxy }) => (proxy ? [proxy] : [])) }
}

interface Chain {
  readonly name: string
  /** Server names; '' stands for any. Empty: not TLS. */
  readonly names: readonly string[]
  readonly tls?: Message | undefined
  /** Whose connections it takes; left out: everybody's. */
  readonly sources?: readonly Cidr[]
  readonly filter: Message
  /** Whose connections it takes: one listener of TLS or TCP, or all of plain HTTP. */
  readonly served: readonly Listener[]
  /** What the filter is, where it only names a resource. */
  readonly proxy?: Message
}

type StreamChain = Pick<Chain, 'name' | 'names' | 'tls' | 'sources'>

function streamChain(chain: StreamChain, to: readonly WeightedBackend[], listener: Listener, socket: Socket): Chain {
  // The same Gateway listener may have several sockets: each has filters of its own.
  const proxy = buildTcpProxy(tcpProxyName(socket.name, chain.name), to, listener)
  return { ...chain, filter: tcpProxyRef(proxy), proxy, served: [listener] }
}

function httpsChain(listener: Listener, socket: Socket, options: ResourceOptions): Chain[] {
  // Envoy refuses a whole socket for a context without a certificate.
  if (listener.tls?.certificates.length === 0) return [refusingChain(listener, socket)]
  const chain = { names: [listener.hostname], tls: buildDownstreamTls(listener), served: [listener] }
  return bySources(secureRoutesName(socket.name, listener.key), chain, options, listener.key)
}

/** Proxies that are known by their networks have a chain of their own. */
function bySources(
  routesName: string,
  chain: Omit<Chain, 'name' | 'filter'>,
  options: ResourceOptions,
  name = routesName,
): Chain[] {
  const known = chain.served.map(({ client }) => client.addressFrom).find((from) => from !== undefined)
  if (known?.kind !== 'cidrs')
    return [{ ...chain, name, filter: buildConnectionManager(routesName, chain.served, options) }]
  const manager = (sources: 'trusted' | 'others') => buildConnectionManager(routesName, chain.served, options, sources)
  return [
    { ...chain, name: `${name}/trusted`, sources: known.cidrs, filter: manager('trusted') },
    { ...chain, name, filter: manager('others') },
  ]
}

function tlsChains(listener: Listener, streams: readonly StreamRoute[], socket: Socket): Chain[] {
  if (listener.tls?.mode === 'terminate' && listener.tls.certificates.length === 0)
    return [refusingChain(listener, socket)]
  const tls = buildDownstreamTls(listener)
  const chains = [...chooseStreams(streams)].map(([{ key, to }, names]) =>
    streamChain({ name: key, names, tls }, to, listener, socket),
  )
  // Its names without a route are nobody else's. No handshake: it would promise what can't be kept.
  if (listener.hostname !== '' && !chains.some(({ names }) => names.includes(listener.hostname)))
    chains.push(refusingChain(listener, socket))
  return chains
}

function refusingChain(listener: Listener, socket: Socket): Chain {
  return streamChain({ name: listener.key, names: [listener.hostname] }, [], listener, socket)
}

function tcpChains(listener: Listener, streams: readonly StreamRoute[], socket: Socket): Chain[] {
  const [stream] = [...chooseStreams(streams).keys()]
  const chain = { name: stream?.key ?? listener.key, names: [] }
  if (!stream?.admit) return [streamChain(chain, stream?.to ?? [], listener, socket)]
  const { admitted, denied } = splitSources(stream.admit)
  return [
    ...(admitted.length > 0 ? [streamChain({ ...chain, sources: admitted }, stream.to, listener, socket)] : []),
    ...(denied.length > 0
      ? [streamChain({ name: `${chain.name}/denied`, names: [], sources: denied }, [], listener, socket)]
      : []),
  ]
}

/** Envoy refuses a listener in which two chains ask for the same; the first one has it. */
function withoutRepeats(chains: readonly Chain[]): Chain[] {
  const taken = new Set<string>()
  let plain: Chain | undefined
  return chains.flatMap((chain) => {
    if (chain.names.length === 0) {
      // Those of one listener tell clients apart by their addresses.
      if (plain && !(plain.sources && plain.served[0] === chain.served[0])) return []
      plain ??= chain
      return [chain]
    }
    const place = (name: string) => `${name} ${chain.sources ? chain.name : ''}`
    const names = chain.names.filter((name) => !taken.has(place(name)))
    for (const name of names) taken.add(place(name))
    return names.length > 0 ? [{ ...chain, names }] : []
  })
}

function buildChain(
  { name, names, tls, sources, filter, served }: Chain,
  mixed: boolean,
  listeners: readonly Listener[],
): Message {
  const limit = limitOf(served, listeners)
  const handshakes = served.flatMap(({ client }) => client.handshakeTimeoutMs || [])
  const delay = Math.max(0, ...served.map(({ client }) => client.closeDelayMs ?? 0))
  const serverNames = names.includes('') ? [] : names
  const match = {
    ...(serverNames.length > 0 && { server_names: serverNames }),
    ...(mixed && names.length > 0 && { transport_protocol: 'tls' }),
    ...(sources && {
      source_prefix_ranges: sources.map(({ address, length }) => ({ address_prefix: address, prefix_len: length })),
    }),
  }
  return {
    name,
    ...(Object.keys(match).length > 0 && { filter_chain_match: match }),
    filters: [...(limit > 0 ? [connectionLimit(name, limit, delay)] : []), filter],
    ...(tls && { transport_socket: tls }),
    transport_socket_connect_timeout: duration(Math.min(10_000, ...handshakes)),
  }
}

/** The port's limit, which is the same for all, and the own one of those whose chain it is. */
function limitOf(served: readonly Listener[], listeners: readonly Listener[]): number {
  const limits = [
    ...listeners.map(({ client }) => client.maxConnections),
    ...served.map(({ client }) => client.maxListenerConnections ?? 0),
  ].filter((limit) => limit > 0)
  return limits.length > 0 ? Math.min(...limits) : 0
}

function connectionLimit(name: string, limit: number, delayMs: number): Message {
  return {
    name: 'envoy.filters.network.connection_limit',
    typed_config: typed('envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit', {
      stat_prefix: statName(name),
      max_connections: limit,
      ...(delayMs > 0 && { delay: duration(delayMs) }),
    }),
  }
}

export function socketAddress(address: string, port: number, protocol: 'TCP' | 'UDP'): Message {
  // As everywhere else, `::` is both families.
  return { socket_address: { protocol, address, port_value: port, ...(address === '::' && { ipv4_compat: true }) } }
}
