import type { AnyJson } from '../protobuf/generated/types/any.ts'
import type { Bootstrap } from '../protobuf/generated/types/envoy.config.bootstrap.v3.ts'
import type { Cluster } from '../protobuf/generated/types/envoy.config.cluster.v3.ts'

export interface BootstrapOptions {
  /** `namespace/name` of the Gateway: the XdsServer's node. */
  readonly node: string
  /** Where the control plane listens. */
  readonly xds:
    | { readonly kind: 'unix'; readonly path: string }
    | {
        readonly kind: 'tls'
        readonly host: string
        readonly port: number
        /** Files, so that Envoy reads them again when they are renewed. */
        readonly certificate: string
        readonly privateKey: string
        readonly authority: string
        /** What the control plane's certificate must be made for. */
        readonly serverName: string
      }
  /** The admin interface can stop the proxy: it never listens beyond this machine. */
  readonly admin:
    | { readonly kind: 'unix'; readonly path: string }
    | { readonly kind: 'loopback'; readonly port: number }
  /** Open client connections in all. Default: 50,000. */
  readonly maxConnections?: number
  readonly zone?: string
}

const controlPlane = 'headgate-control-plane'

/** A control plane of this machine that is not there yet comes within moments; many Envoys of a remote one would storm it. */
const comeBackSoon = { retry_policy: { retry_back_off: { base_interval: '0.1s', max_interval: '1s' } } }

/** What Envoy is told when it starts: who it is, and where all the rest comes from. */
export function buildBootstrap(options: BootstrapOptions): Bootstrap {
  const ads = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '0s' } as const
  return {
    node: { id: options.node, cluster: 'headgate', ...(options.zone && { locality: { zone: options.zone } }) },
    admin: { address: adminAddress(options.admin) },
    dynamic_resources: {
      ads_config: {
        api_type: 'DELTA_GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [
          { envoy_grpc: { cluster_name: controlPlane, ...(options.xds.kind === 'unix' && comeBackSoon) } },
        ],
      },
      // No limit on the wait: a proxy without its configuration is not ready.
      cds_config: ads,
      lds_config: ads,
    },
    static_resources: { clusters: [buildControlPlane(options.xds)] },
    overload_manager: {
      resource_monitors: [
        {
          name: 'envoy.resource_monitors.global_downstream_max_connections',
          typed_config: {
            '@type':
              'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
            max_active_downstream_connections: options.maxConnections ?? 50_000,
          },
        },
      ],
    },
    layered_runtime: {
      layers: [
        {
          name: 'headgate',
          static_layer: {
            // The translation has judged the patterns of users already; Envoy's own limit refuses harmless ones, and all that comes with them.
            're2.max_program_size.error_level': 100_000,
            // RFC 9110 5.3: lines of one field are one list; HTTPHeaderMatch asks about all of it.
            'envoy.reloadable_features.match_headers_individually': false,
          },
        },
        { name: 'admin', admin_layer: {} },
      ],
    },
    // Frames that floods are made of are limited per connection (the defaults); the control plane is told apart in statistics.
    stats_config: { stats_tags: [] },
  }
}

function adminAddress(admin: BootstrapOptions['admin']) {
  return admin.kind === 'unix'
    ? { pipe: { path: admin.path, mode: 0o600 } }
    : { socket_address: { address: '127.0.0.1', port_value: admin.port } }
}

function buildControlPlane(xds: BootstrapOptions['xds']): Cluster {
  const address =
    xds.kind === 'unix' ? { pipe: { path: xds.path } } : { socket_address: { address: xds.host, port_value: xds.port } }
  return {
    name: controlPlane,
    type: xds.kind === 'unix' ? 'STATIC' : 'STRICT_DNS',
    connect_timeout: '5s',
    load_assignment: {
      cluster_name: controlPlane,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: {
          // Notices a control plane that went away without a word.
          http2_protocol_options: { connection_keepalive: { interval: '30s', timeout: '10s' } },
        },
      },
    },
    ...(xds.kind === 'tls' && { transport_socket: { name: 'tls', typed_config: buildTls(xds) } }),
  }
}

function buildTls(xds: BootstrapOptions['xds'] & { readonly kind: 'tls' }): AnyJson {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    sni: xds.serverName,
    common_tls_context: {
      // Servers of gRPC speak to nobody who does not offer it.
      alpn_protocols: ['h2'],
      // Left out, the highest would be below the lowest: TLSv1_2.
      tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' },
      tls_certificates: [
        { certificate_chain: { filename: xds.certificate }, private_key: { filename: xds.privateKey } },
      ],
      validation_context: {
        trusted_ca: { filename: xds.authority },
        match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: xds.serverName } }],
      },
    },
  }
}
