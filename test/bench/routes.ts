/** One route of a plan: a hostname and rules by path prefix, the longest wins. */
export interface BenchRoute {
  readonly name: string
  readonly hostname: string
  readonly rules: readonly { readonly prefix: string; readonly service: number }[]
}

/** A request that a plan's routes answer. */
export interface Target {
  readonly host: string
  readonly path: string
}

/** What a subject is to serve: routes to services, each service an endpoint on loopback. */
export interface Plan {
  readonly routes: readonly BenchRoute[]
  /** Port of the endpoint of each service. */
  readonly services: readonly number[]
  /** All routes have rate limits; only subjects that scenarios of limits choose know of it. */
  readonly limited?: true
  /** Headgate's policies, for all routes, and the plane that obeys them. */
  readonly policies?: { readonly manifests: string; readonly headers?: Readonly<Record<string, string>> }
  readonly plane?: 'embedded' | 'envoy'
}

export const oneHost = 'www.example.com'

/** Everything of one hostname to one service. */
export function planOne(port: number): Plan {
  return { routes: [{ name: 'www', hostname: oneHost, rules: [{ prefix: '/', service: 0 }] }], services: [port] }
}

/** Everything to one service, whatever the host: takes the same requests as `planMany`. */
export function planAny(port: number): Plan {
  return { routes: [{ name: 'any', hostname: anyHost, rules: [{ prefix: '/', service: 0 }] }], services: [port] }
}

/** Stands for a route without hostnames. */
export const anyHost = '*'

const serviceCount = 50

/**
 * 5,000 routes over 50 services: half of them with a hostname each and two rules, half of them prefixes of one shared
 * hostname. Every service leads to the same endpoint, so that only routing differs from `planOne`.
 */
export function planMany(port: number): Plan {
  const routes: BenchRoute[] = planOne(port).routes.slice()
  for (let i = 0; i < 2500; i++) {
    const number = String(i).padStart(4, '0')
    const service = i % serviceCount
    routes.push({
      name: `tenant-${number}`,
      hostname: `tenant-${number}.example.com`,
      rules: [
        { prefix: '/', service },
        { prefix: '/api/v1', service },
      ],
    })
    routes.push({
      name: `team-${number}`,
      hostname: 'shared.example.com',
      rules: [{ prefix: `/team-${number}/service`, service }],
    })
  }
  return { routes, services: Array.from({ length: serviceCount }, () => port) }
}

/**
 * Requests spread over the routes of a plan: those of the first service, so that connections to the backend are pooled
 * as they are with one route.
 */
export function listTargets(plan: Plan): Target[] {
  return plan.routes.flatMap((route) =>
    route.rules
      .filter((rule) => rule.service === 0)
      .map((rule) => ({ host: route.hostname, path: `${rule.prefix.replace(/\/$/, '')}/small` })),
  )
}

/** 2,500 teams with 16 hostnames and a service each: one Gateway that many share. */
export function planTeams(port: number): Plan {
  const routes = Array.from({ length: teamCount }, (_, team) =>
    Array.from({ length: appsPerTeam }, (_, app) => teamRoute(String(team).padStart(4, '0'), app, team)),
  )
  return { routes: routes.flat(), services: Array.from({ length: teamCount }, () => port) }
}

export const teamCount = 2500
export const appsPerTeam = 16

export function teamRoute(team: string, app: number, service: number): BenchRoute {
  return {
    name: `team-${team}-${app}`,
    hostname: `app-${app}.team-${team}.example.com`,
    rules: [{ prefix: '/', service }],
  }
}
