import type { Backend, Balance, HashKey } from '#ir'
import { duration, type Message, typed } from '../message.ts'
import { buildVerdicts } from './guards.ts'

const policies = 'envoy.extensions.load_balancing_policies'

/** How an endpoint is chosen; fields of a Cluster. */
export function buildBalance(backend: Backend): Message {
  const { balance } = backend
  const common = buildVerdicts(backend)
  const fields = Object.keys(common).length > 0 ? { common_lb_config: common } : {}
  if (!balance) return { lb_policy: 'ROUND_ROBIN', ...fields }
  const { name, config } = buildPolicy(balance)
  const policy = { typed_extension_config: { name, typed_config: config } }
  const override = balance.overrideFields
  return {
    ...fields,
    load_balancing_policy: { policies: [override?.length ? buildOverride(override, policy) : policy] },
  }
}

function buildPolicy({ by, slowStartMs, zone }: Balance): { name: string; config: Message } {
  const slow = slowStartMs ? { slow_start_config: { slow_start_window: duration(slowStartMs) } } : {}
  // The weights stand with the endpoints, whichever preference they come from.
  const local = zone ? { locality_lb_config: { locality_weighted_lb_config: {} } } : {}
  switch (by.kind) {
    case 'roundRobin':
      return named('round_robin', 'RoundRobin', { ...slow, ...local })
    case 'leastRequest':
      return named('least_request', 'LeastRequest', { ...slow, ...local })
    case 'random':
      return named('random', 'Random', local)
    case 'consistentHash':
      return named('maglev', 'Maglev', { table_size: by.tableSize })
  }
}

function named(folder: string, message: string, fields: Message): { name: string; config: Message } {
  return {
    name: `envoy.load_balancing_policies.${folder}`,
    config: typed(`${policies}.${folder}.v3.${message}`, fields),
  }
}

function buildOverride(fields: readonly string[], fallback: Message): Message {
  return {
    typed_extension_config: {
      name: 'envoy.load_balancing_policies.override_host',
      typed_config: typed(`${policies}.override_host.v3.OverrideHost`, {
        override_host_sources: fields.map((header) => ({ header })),
        fallback_policy: { policies: [fallback] },
      }),
    },
  }
}

/** What the key of consistent hashing is made of; a field of RouteAction. */
export function buildHashPolicy({ balance }: Backend): Message {
  if (balance?.by.kind !== 'consistentHash') return {}
  return { hash_policy: balance.by.key.map(buildHashKey) }
}

function buildHashKey(key: HashKey): Message {
  switch (key.kind) {
    case 'sourceIp':
      return { connection_properties: { source_ip: true } }
    case 'header':
      return { header: { header_name: key.name } }
    case 'query':
      return { query_parameter: { name: key.name } }
    case 'cookie':
      return {
        cookie: {
          name: key.name,
          ...(key.ttlMs !== undefined && { ttl: duration(key.ttlMs), path: '/' }),
          ...(key.attributes.length > 0 && {
            attributes: key.attributes.map(([name, value]) => ({ name, value })),
          }),
        },
      }
  }
}
