import { type Message, typed } from '../message.ts'
import type { ResourceOptions } from './options.ts'

/** The name of a kind's HTTP filter. */
export function httpFilterName(kind: string): string {
  return `headgate.${kind}`
}

export const sessionFilterName = httpFilterName('sessionPersistence')

/**
 * The HTTP filters of every listener, whatever its routes: each sleeps until a route's settings wake it, so that no route
 * touches a listener.
 */
export function buildHttpFilters({ filters, filterOrder }: ResourceOptions): Message[] {
  const kinds = filterOrder.flatMap((kind): Message[] => {
    const { shared, own } = filters[kind] ?? {}
    const config = shared ?? (own && composite)
    return config ? [{ name: httpFilterName(kind), disabled: true, typed_config: config }] : []
  })
  return [
    ...kinds,
    { name: sessionFilterName, disabled: true, typed_config: sessions },
    {
      name: 'envoy.filters.http.router',
      typed_config: typed('envoy.extensions.filters.http.router.v3.Router', { suppress_envoy_headers: true }),
    },
  ]
}

const composite = typed('envoy.extensions.common.matching.v3.ExtensionWithMatcher', {
  extension_config: {
    name: 'envoy.filters.http.composite',
    typed_config: typed('envoy.extensions.filters.http.composite.v3.Composite'),
  },
  // Says nothing: each route has its own.
  xds_matcher: {},
})

const sessions = typed('envoy.extensions.filters.http.stateful_session.v3.StatefulSession')

/** Runs a filter of a route's own in the place that its kind has in every listener. */
export function ownFilterSettings(kind: string, config: Message): Message {
  return typed('envoy.extensions.common.matching.v3.ExtensionWithMatcherPerRoute', {
    xds_matcher: {
      on_no_match: {
        action: {
          name: 'headgate.own',
          typed_config: typed('envoy.extensions.filters.http.composite.v3.ExecuteFilterAction', {
            typed_config: { name: httpFilterName(kind), typed_config: config },
          }),
        },
      },
    },
  })
}
