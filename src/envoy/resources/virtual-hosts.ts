import { compareHttpMatches, compareText, type Listener, type Route } from '#ir'
import type { Message } from '../message.ts'
import { virtualHostName } from './names.ts'
import { usualRetryPolicy } from './retry.ts'
import type { BuiltRule } from './rule.ts'

/** A route, and what was made of each of its matches. */
export interface RuledRoute {
  readonly route: Route
  readonly rules: readonly BuiltRule[]
}

/** A virtual host, and the routes it is made of, from the most specific hostname to the least. */
export interface HostRoutes {
  readonly host: string
  readonly levels: readonly (readonly RuledRoute[])[]
}

/** Within a hostname the rules stand in the order of the spec's precedence. */
export function buildVirtualHost({ host, levels }: HostRoutes): Message {
  const name = virtualHostName(host)
  const routes = levels.flatMap(inOrder).flatMap(({ routes }) => routes)
  const retries = routes.some(({ route }) => route !== undefined && (route as Message).retry_policy === undefined)
  return { name, domains: [name], ...(retries && { retry_policy: usualRetryPolicy }), routes }
}

function inOrder(routes: readonly RuledRoute[]): BuiltRule[] {
  return routes
    .flatMap(({ route, rules }) => route.matches.map((match, index) => ({ route, match, index, rule: rules[index]! })))
    .sort((a, b) => compareHttpMatches(a, b).order)
    .map(({ rule }) => rule)
}

/** Listeners with more neighbours than this say 421 to hosts that nobody serves, too. */
const mostNeighbours = 100

/**
 * What a connection that was opened for one listener says to hosts of the others (RFC 9110 15.5.20). Each host of theirs would
 * be named in each of them; of a great many it is easier to be misunderstood.
 */
export function buildMisdirected(listener: Listener, hostnames: ReadonlySet<string>): Message[] {
  const others = [...hostnames].filter((hostname) => hostname !== listener.hostname).sort(compareText)
  if (others.length === 0) return []
  const many = others.length > mostNeighbours && listener.hostname !== ''
  return [
    {
      // Without a slash: Envoy takes what is before the last one for the name of the RouteConfiguration (VHDS).
      name: 'headgate.misdirected',
      domains: many ? ['*'] : others.map(virtualHostName),
      routes: [
        {
          name: 'headgate/misdirected',
          match: { prefix: '' },
          direct_response: {
            status: 421,
            body: { inline_string: '421 this host is served on another connection\n' },
          },
        },
      ],
    },
  ]
}
