import { originalPathKey } from '../filter.ts'
import { type Message, typed } from '../message.ts'
import type { ResourceOptions } from './options.ts'
import { buildRequestGuard } from './request-guard.ts'

/** The name of a kind's HTTP filter. */
export function httpFilterName(kind: string): string {
  return `headgate.${kind}`
}

/** Asleep like the others: `notesPath` wakes it. */
export const originalPathFilterName = 'headgate.originalPath'

export const sessionFilterName = httpFilterName('sessionPersistence')

/**
 * The HTTP filters of every listener, whatever its routes: each sleeps until a route's settings wake it, so that no route
 * touches a listener.
 */
export function buildHttpFilters({ filters, filterOrder }: ResourceOptions): Message[] {
  const kinds = filterOrder.flatMap((kind): Message[] => {
    const { shared, own } = filters[kind] ?? {}
    const config = shared ?? (own && place)
    return config ? [{ name: httpFilterName(kind), disabled: true, typed_config: config }] : []
  })
  return [
    // First of all: whoever comes later asks for the route.
    ...buildRequestGuard(),
    { name: originalPathFilterName, disabled: true, typed_config: noteOriginalPath },
    ...kinds,
    { name: sessionFilterName, disabled: true, typed_config: sessions },
    {
      name: 'envoy.filters.http.router',
      typed_config: typed('envoy.extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true }),
    },
  ]
}

/** Notes the path before anybody rewrites it: in listeners asleep, woken by the same words on a route. */
export const noteOriginalPath = typed('envoy.extensions.filters.http.set_filter_state.v3.Config', {
  on_request_headers: [
    {
      object_key: originalPathKey,
      factory_key: 'envoy.string',
      format_string: { text_format_source: { inline_string: '%REQ(:PATH)%' } },
    },
  ],
})

/** Empty of its own accord: each route has its own. */
const place = typed('envoy.extensions.filters.http.filter_chain.v3.FilterChainConfig')

const sessions = typed('envoy.extensions.filters.http.stateful_session.v3.StatefulSession')

/** Runs filters of a route's own in the place that their kind has in every listener. */
export function ownFilterSettings(filters: readonly Message[]): Message {
  return typed('envoy.extensions.filters.http.filter_chain.v3.FilterChainConfigPerRoute', {
    filter_chain: { filters },
  })
}
