import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Arena, type Contender, launch } from '../arena.ts'
import { waitForLetter } from '../probe.ts'
import { appsPerTeam, type BenchRoute, type Plan, planTeams, type Target, teamCount, teamRoute } from '../routes.ts'
import { percentile, round, showSpread } from '../statistics.ts'
import { headgateIn } from '../subjects/headgate.ts'
import { listenerSets } from '../subjects/listener-sets.ts'
import type { Finding } from '../table.ts'

const megabyte = 1 << 20

/** What changes between two plans; everything else stays. */
interface State {
  /** The backend of one route. */
  readonly route: 'a' | 'b'
  /** The endpoint of one Service. */
  readonly endpoint: 'a' | 'b'
  /** ListenerSets that were not there at the start, with a route each. */
  readonly newSets: number
}

/** One Gateway that 2,500 teams share: how it starts, what it holds, and what one change takes from file to answer. */
export async function measureListenerSets(arena: Arena): Promise<Finding> {
  const subject = headgateIn(path.resolve(import.meta.dirname, '../../..'), listenerSets)
  const starts: number[] = []
  const sizes: number[] = []
  for (let i = 1; i < Math.min(3, arena.rounds); i++) {
    const contender = await launch(arena, subject, planTeams(arena.backend.port), { cores: arena.cores.all })
    starts.push(contender.readyMs)
    await contender.program.stop()
  }
  const start: State = { route: 'a', endpoint: 'a', newSets: 0 }
  const contender = await launch(arena, subject, planOf(arena, start), { cores: arena.cores.all })
  try {
    starts.push(contender.readyMs)
    sizes.push(contender.program.memoryBytes())
    const rows = await changes(arena, contender, start)
    sizes.push(contender.program.memoryBytes())
    return {
      columns: ['', 'p50 ms', 'p99 ms', 'max ms', 'failed requests'],
      rows: [
        ['start, to the first 200', showSpread(starts), '', '', ''],
        ...rows,
      ],
      notes: [
        `Headgate alone, one worker, all cores: ${teamCount} ListenerSets in as many files, ${appsPerTeam} HTTPRoutes each.`,
        `${round(sizes[0]! / megabyte)} MB when ready, ${round(sizes[1]! / megabyte)} MB in the end (main thread and worker are one process).`,
        'A change is measured from the file in its place to the first answer that shows it.',
      ],
    }
  } finally {
    await contender.program.stop()
  }
}

async function changes(arena: Arena, contender: Contender, start: State): Promise<string[][]> {
  const count = arena.quick ? 10 : 40
  let state = start
  const flip = (letter: 'a' | 'b') => (letter === 'a' ? 'b' : 'a')
  const play = async (
    name: string,
    next: (state: State) => State,
    target: (state: State) => [Target, string],
    newcomer = false,
  ) => {
    const delays: number[] = []
    let failed = 0
    for (let i = 0; i < count; i++) {
      state = next(state)
      const putInPlace = contender.launch.change(planOf(arena, state))
      await sleep(300)
      const began = performance.now()
      putInPlace()
      const seen = await waitForLetter(contender.port, ...target(state), 5000)
      delays.push(seen.at - began)
      failed += seen.failed
    }
    return [name, round(percentile(delays, 50)), round(percentile(delays, 99)), round(percentile(delays, 100)), newcomer ? '' : String(failed)]
  }
  return [
    await play(
      'one route changes',
      (now) => ({ ...now, route: flip(now.route) }),
      ({ route }) => [targetOf(routeTeam, 0), route],
    ),
    await play(
      'one endpoint changes',
      (now) => ({ ...now, endpoint: flip(now.endpoint) }),
      ({ endpoint }) => [targetOf(endpointTeam, 0), endpoint],
    ),
    await play(
      'a set comes, with a route',
      (now) => ({ ...now, newSets: now.newSets + 1 }),
      ({ newSets }) => [targetOf(`new${newSets}`, 0), 'a'],
      true,
    ),
  ]
}

const routeTeam = 'canary'
const endpointTeam = 'moving'

function targetOf(team: string, app: number): Target {
  return { host: teamRoute(team, app, 0).hostname, path: '/small' }
}

/** The last route is one of the first service: its answer says that all are there. */
function planOf(arena: Arena, { route, endpoint, newSets }: State): Plan {
  const { port, otherPort } = arena.backend
  const plan = planTeams(port)
  const last = plan.services.length
  const added: BenchRoute[] = [
    teamRoute(routeTeam, 0, route === 'a' ? last : last + 1),
    // Both services stay in the file: one that loses an object may be half a save, and is looked at twice.
    teamRoute(routeTeam, 1, last),
    teamRoute(routeTeam, 2, last + 1),
    teamRoute(endpointTeam, 0, last + 2),
    ...Array.from({ length: newSets }, (_, i) => teamRoute(`new${i + 1}`, 0, last + 3 + i)),
  ]
  const services = [port, otherPort, endpoint === 'a' ? port : otherPort, ...Array.from({ length: newSets }, () => port)]
  return { routes: [...plan.routes, ...added], services: [...plan.services, ...services] }
}
