import { compareHttpMatches, compareText, type Listener, type RankedMatch, type Route } from '#ir'
import type { Message } from '../message.ts'
import { bestPattern, coveringPatterns } from './host-patterns.ts'
import { virtualHostName } from './names.ts'
import type { BuiltRule } from './rule.ts'

type Candidate = RankedMatch & { readonly route: Route }

/** A virtual host, and the rules it is made of. */
export interface HostRules {
  readonly host: string
  readonly rules: readonly BuiltRule[]
}

/**
 * The virtual hosts of one listener: one per hostname of its routes, and one for its own. Envoy asks a single virtual host,
 * so that each repeats the rules of the less specific hostnames that cover it (Gateway API: they are asked next). A hostname
 * for which the socket has a more specific listener is left to that (listener isolation).
 *
 * @param routes of the listener
 * @param hostnames of all listeners of the socket
 */
export function chooseRules(
  listener: Listener,
  routes: readonly Route[],
  hostnames: ReadonlySet<string>,
  build: (route: Route, index: number) => BuiltRule,
): HostRules[] {
  const byHost = groupByHost(routes)
  const hosts = new Set([listener.hostname, ...byHost.keys()])
  return [...hosts]
    .filter((host) => bestPattern(host, hostnames) === listener.hostname)
    .sort(compareText)
    .map((host) => {
      const candidates = [...coveringPatterns(host)].flatMap((pattern) => byHost.get(pattern) ?? [])
      return { host, rules: candidates.map(({ route, index }) => build(route, index)) }
    })
}

export function buildVirtualHost({ host, rules }: HostRules): Message {
  const name = virtualHostName(host)
  return { name, domains: [name], routes: rules.flatMap(({ routes }) => routes) }
}

/** In the order of the spec's precedence. */
function groupByHost(routes: readonly Route[]): Map<string, Candidate[]> {
  const byHost = new Map<string, Candidate[]>()
  for (const route of routes) {
    const candidates = route.matches.map((match, index) => ({ route, match, index }))
    for (const hostname of route.hostnames) {
      const known = byHost.get(hostname)
      if (known) known.push(...candidates)
      else byHost.set(hostname, [...candidates])
    }
  }
  for (const list of byHost.values()) list.sort((a, b) => compareHttpMatches(a, b).order)
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
