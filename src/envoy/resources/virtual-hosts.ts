import { compareHttpMatches, compareText, type Listener, type Route } from '#ir'
import type { Message } from '../message.ts'
import { bestPattern, coveringPatterns } from './host-patterns.ts'
import { virtualHostName } from './names.ts'
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

/**
 * The virtual hosts of one listener: one per hostname of its routes, and one for its own. Envoy asks a single virtual host,
 * so that each repeats the rules of the less specific hostnames that cover it (Gateway API: they are asked next). A hostname
 * for which the socket has a more specific listener is left to that (listener isolation).
 *
 * @param routes of the listener
 * @param hostnames of all listeners of the socket
 */
export function chooseRoutes(
  listener: Listener,
  routes: readonly RuledRoute[],
  hostnames: ReadonlySet<string>,
): HostRoutes[] {
  const byHost = groupByHost(routes)
  const hosts = new Set([listener.hostname, ...byHost.keys()])
  return [...hosts]
    .filter((host) => hostnames.size === 1 || bestPattern(host, hostnames) === listener.hostname)
    .sort(compareText)
    .map((host) => ({ host, levels: [...coveringPatterns(host)].flatMap((pattern) => [byHost.get(pattern) ?? []]) }))
}

/** Within a hostname the rules stand in the order of the spec's precedence. */
export function buildVirtualHost({ host, levels }: HostRoutes): Message {
  const name = virtualHostName(host)
  return { name, domains: [name], routes: levels.flatMap(inOrder).flatMap(({ routes }) => routes) }
}

function inOrder(routes: readonly RuledRoute[]): BuiltRule[] {
  return routes
    .flatMap(({ route, rules }) => route.matches.map((match, index) => ({ route, match, index, rule: rules[index]! })))
    .sort((a, b) => compareHttpMatches(a, b).order)
    .map(({ rule }) => rule)
}

function groupByHost(routes: readonly RuledRoute[]): Map<string, RuledRoute[]> {
  const byHost = new Map<string, RuledRoute[]>()
  for (const one of routes) {
    for (const hostname of one.route.hostnames) {
      const known = byHost.get(hostname)
      if (known) known.push(one)
      else byHost.set(hostname, [one])
    }
  }
  return byHost
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
