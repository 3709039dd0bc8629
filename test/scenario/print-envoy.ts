import { isDeepStrictEqual } from 'node:util'
import type { BuiltResources, Message } from '#envoy'
import { toCompactYaml } from './print-snapshot.ts'

/**
 * Envoy's resources for eyes: nothing that `usual` (those of every scenario's base) has as well, an HTTP connection manager
 * as the routes it asks for, a type by its last name, and no field with the value that all routes have.
 */
export function printEnvoy({ resources, unsupported }: BuiltResources, usual: BuiltResources['resources']): string {
  const unusual = (kind: 'listener' | 'cluster' | 'secret') =>
    resources[kind].filter((one) => !usual[kind].some((known) => isDeepStrictEqual(one, known)))
  return toCompactYaml(
    withoutEmpty({
      listeners: byName(unusual('listener'), printListener),
      extensions: byName(resources.extension, ({ typed_config }) => shorten(typed_config)),
      routes: byName(resources.route, ({ virtual_hosts }) => byName(virtual_hosts as Message[], printHost)),
      clusters: byName(unusual('cluster'), printCluster),
      secrets: unusual('secret').map(({ name }) => name),
      unsupported: Object.fromEntries(unsupported.map(({ route, reason }) => [route, reason])),
    }),
  )
}

function byName(messages: readonly Message[], print: (message: Message) => unknown): Record<string, unknown> {
  return Object.fromEntries(messages.map((message) => [message.name, print(message)]))
}

function printListener({ filter_chains = [], listener_filters = [] }: Message): unknown {
  const chains = filter_chains as Message[]
  if (chains.length === 0) return { filters: (listener_filters as Message[]).map(printFilter) }
  return byName(chains, ({ name: _, filters, transport_socket, transport_socket_connect_timeout: __, ...rest }) => ({
    ...rest,
    filters: (filters as Message[]).map(printFilter),
    ...(transport_socket !== undefined && { tls: shorten((transport_socket as Message).typed_config) }),
  }))
}

function printFilter({ name, typed_config }: Message): unknown {
  // Told apart, so that it can change without its listener.
  if (typed_config === undefined) return { extension: name }
  const config = typed_config as Message
  const rds = config.rds as Message | undefined
  return rds ? { routes: rds.route_config_name } : shorten(config)
}

function printHost({ routes }: Message): unknown {
  return byName(routes as Message[], ({ name: _, match, route, typed_per_filter_config, ...rest }) => {
    const settings = typed_per_filter_config && shorten(typed_per_filter_config)
    return withoutEmpty({
      match,
      ...(route !== undefined && { route: printAction(route as Message) }),
      ...rest,
      settings,
    })
  })
}

/** Of every route without a retry of its own; most have it of their host. */
const usualRetry = 'connect-failure,refused-stream,reset-before-request'

/** Without what every route has that says nothing of it. */
function printAction({ retry_policy, timeout, ...rest }: Message): Message {
  const {
    retry_host_predicate: _,
    host_selection_retry_max_attempts: __,
    ...policy
  } = (retry_policy ?? { retry_on: usualRetry }) as Message
  return {
    ...rest,
    ...(timeout !== '0s' && { timeout }),
    ...((policy.retry_on !== usualRetry || 'per_try_timeout' in policy) && { retry_policy: policy }),
  }
}

function printCluster({
  name: _,
  circuit_breakers: __,
  ignore_health_on_host_removal: ___,
  ...rest
}: Message): unknown {
  const { eds_cluster_config: _eds, lb_policy, connect_timeout, ...said } = rest
  return shorten({
    ...said,
    ...(lb_policy !== 'ROUND_ROBIN' && { lb_policy }),
    ...(connect_timeout !== '5s' && { connect_timeout }),
  })
}

/** Types by their last name, secrets by their own, programs not at all. */
function shorten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shorten)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    if (key === 'sds_config' || key === 'stat_prefix') return []
    if (key === '@type') return [['type', String(one).split('.').at(-1)]]
    return [[key, shorten(one)]]
  })
  return Object.fromEntries(entries)
}

function withoutEmpty(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, one]) => one !== undefined && (typeof one !== 'object' || one === null || Object.keys(one).length > 0),
    ),
  )
}
