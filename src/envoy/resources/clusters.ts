import type { Backend, EndpointSet } from '#ir'
import { duration, type Message, typed } from '../message.ts'
import { buildBalance } from './balance.ts'
import { buildLocalities } from './endpoints.ts'
import { buildBreaker, buildHealthChecks, buildOutlier } from './guards.ts'
import { clusterName, nowhere } from './names.ts'
import { ads } from './secrets.ts'
import { buildUpstreamTls } from './upstream-tls.ts'

/**
 * A cluster per backend: its connections, breakers and health are shared by all routes. Endpoints come apart (EDS), so that
 * pods come and go without it; only names to be resolved are told with it, for Envoy resolves them in the cluster.
 */
export function buildCluster(backend: Backend, endpoints: EndpointSet | undefined): Message {
  return {
    name: clusterName(backend.key),
    ...buildDiscovery(backend, endpoints),
    ...buildUpstream(backend),
  }
}

/** All but the name and the endpoints. */
export function buildUpstream(backend: Backend): Message {
  const tls = buildUpstreamTls(backend)
  return {
    connect_timeout: duration(backend.connectTimeoutMs),
    ...buildBalance(backend),
    circuit_breakers: buildBreaker(backend),
    ...buildOutlier(backend),
    ...buildHealthChecks(backend),
    ...buildProtocol(backend),
    ...(tls && { transport_socket: tls }),
    // Endpoints that are gone finish what they have; nothing new goes there, however healthy they look.
    ignore_health_on_host_removal: true,
  }
}

/** How Envoy resolves names: again by their TTL, each address an endpoint. */
export const namesByDns: Message = { type: 'STRICT_DNS', respect_dns_ttl: true, dns_lookup_family: 'ALL' }

function buildDiscovery(backend: Backend, set: EndpointSet | undefined): Message {
  if (!set?.endpoints.some(({ kind }) => kind === 'dns'))
    return { type: 'EDS', eds_cluster_config: { eds_config: ads } }
  // Names and sockets of the file system don't go together in one cluster of Envoy's.
  const resolvable = set.endpoints.filter(({ kind }) => kind !== 'unix')
  return {
    ...namesByDns,
    load_assignment: { cluster_name: clusterName(backend.key), endpoints: buildLocalities(resolvable, backend) },
  }
}

function buildProtocol({ protocol, breaker }: Backend): Message {
  if (protocol === 'tcp' || protocol === 'udp') return {}
  const options = typed('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
    ...(breaker?.maxRequestsPerConnection !== undefined && {
      common_http_protocol_options: { max_requests_per_connection: breaker.maxRequestsPerConnection },
    }),
    explicit_http_config: protocol === 'h2c' ? { http2_protocol_options: {} } : { http_protocol_options: {} },
  })
  return { typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': options } }
}

/** Whoever is sent here is refused. */
export const nowhereCluster: Message = {
  name: nowhere,
  type: 'STATIC',
  connect_timeout: '1s',
  load_assignment: { cluster_name: nowhere },
}
