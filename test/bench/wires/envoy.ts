import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Command, WireSetup } from './wire.ts'

export function wireEnvoy(binary: string, setup: WireSetup): Command {
  const file = path.join(setup.folder, 'envoy.json')
  const bootstrap = { static_resources: { listeners: [buildListener(setup)], clusters: [buildCluster(setup)] } }
  writeFileSync(file, JSON.stringify(bootstrap))
  return { command: binary, args: ['-c', file, '--concurrency', '1', '--disable-hot-restart', '-l', 'error'] }
}

/** A part of Envoy with its configuration. */
function typed(name: string, type: string, config: object): unknown {
  return { name, typed_config: { '@type': `type.googleapis.com/${type}`, ...config } }
}

function buildListener({ port, wire, certificate }: WireSetup): unknown {
  const listener = { name: 'one', per_connection_buffer_limit_bytes: 32768 }
  const address = { address: '127.0.0.1', port_value: port }
  if (wire.client === 'udp') {
    return {
      ...listener,
      address: { socket_address: { ...address, protocol: 'UDP' } },
      udp_listener_config: {},
      listener_filters: [udpProxy],
    }
  }
  const chain = { filters: [wire.client === 'tcp' ? tcpProxy : httpManager] }
  const chains = [wire.client === 'https' ? { ...chain, transport_socket: buildTls(certificate) } : chain]
  return { ...listener, address: { socket_address: address }, filter_chains: chains }
}

const udpProxy = typed(
  'envoy.filters.udp_listener.udp_proxy',
  'envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig',
  {
    stat_prefix: 'udp',
    matcher: {
      on_no_match: {
        action: typed('route', 'envoy.extensions.filters.udp.udp_proxy.v3.Route', { cluster: 'service' }),
      },
    },
  },
)

const tcpProxy = typed('envoy.filters.network.tcp_proxy', 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', {
  stat_prefix: 'tcp',
  cluster: 'service',
})

const httpManager = typed(
  'envoy.filters.network.http_connection_manager',
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  {
    stat_prefix: 'http',
    use_remote_address: true,
    normalize_path: true,
    merge_slashes: true,
    generate_request_id: false,
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    route_config: {
      name: 'routes',
      virtual_hosts: [
        {
          name: 'any',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, route: { cluster: 'service', timeout: '0s' } }],
        },
      ],
    },
    http_filters: [
      typed('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router', {
        suppress_envoy_headers: true,
      }),
    ],
  },
)

function buildTls({ cert, key }: WireSetup['certificate']): unknown {
  return typed('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: {
      alpn_protocols: ['h2', 'http/1.1'],
      tls_certificates: [{ certificate_chain: { filename: cert }, private_key: { filename: key } }],
    },
  })
}

function buildCluster({ wire }: WireSetup): unknown {
  const http2 = wire.backend === 'h2c' || wire.backend === 'grpc'
  return {
    name: 'service',
    type: 'STATIC',
    connect_timeout: '5s',
    per_connection_buffer_limit_bytes: 32768,
    circuit_breakers: { thresholds: [{ max_connections: 20000, max_pending_requests: 20000, max_requests: 20000 }] },
    load_assignment: {
      cluster_name: 'service',
      endpoints: [
        {
          lb_endpoints: [
            { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: wire.endpoint } } } },
          ],
        },
      ],
    },
    ...(http2 && {
      typed_extension_protocol_options: {
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
          '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
          explicit_http_config: { http2_protocol_options: {} },
        },
      },
    }),
  }
}
