import type { Backend, EndpointSet } from '#ir'
import type { Message } from '../message.ts'
import { buildBalance } from './balance.ts'
import { buildLocalities } from './endpoints.ts'
import { buildBreaker, buildHealthChecks, buildOutlier } from './guards.ts'
import { clusterName, clusterStatName, nowhere } from './names.ts'
import { ads } from './secrets.ts'
import { buildConnections, namesByDns } from './upstream-connections.ts'

/**
 * A cluster per backend: its connections, breakers and health are shared by all routes. Endpoints come apart (EDS), so that
 * pods come and go without it; only names to be resolved are told with it, for Envoy resolves them in the cluster.
 */
export function buildCluster(backend: Backend, endpoints: EndpointSet | undefined, keepsCase: boolean): Message {
  return {
    name: clusterName(backend.key),
    ...clusterStatName(clusterName(backend.key)),
    ...buildDiscovery(backend, endpoints),
    ...buildUpstream(backend, keepsCase),
  }
}

/** All but the name and the endpoints. @param keepsCase some listener wants names of fields as backends write them */
export function buildUpstream(backend: Backend, keepsCase: boolean): Message {
  return {
    ...buildConnections(backend, keepsCase),
    ...buildBalance(backend),
    circuit_breakers: buildBreaker(backend),
    ...buildOutlier(backend),
    ...buildHealthChecks(backend),
    // Endpoints that are gone finish what they have; nothing new goes there, however healthy they look.
    ignore_health_on_host_removal: true,
  }
}

function buildDiscovery(backend: Backend, set: EndpointSet | undefined): Message {
  if (!set?.endpoints.some(({ kind }) => kind === 'dns'))
    return { type: 'EDS', eds_cluster_config: { eds_config: ads } }
  // Names and sockets of the file system don't go together in one cluster of Envoy's.
  const resolvable = set.endpoints.filter(({ kind }) => kind !== 'unix')
  return {
    ...namesByDns(backend),
    load_assignment: { cluster_name: clusterName(backend.key), endpoints: buildLocalities(resolvable, backend) },
  }
}

/** Whoever is sent here is refused. */
export const nowhereCluster: Message = {
  name: nowhere,
  type: 'STATIC',
  connect_timeout: '1s',
  load_assignment: { cluster_name: nowhere },
}
