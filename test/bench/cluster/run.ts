import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { formatSection, type Section, writeResults } from '../report.ts'
import type { Finding } from '../table.ts'
import { rigIn } from './rig.ts'

/** The shapes of gateway-api-bench, in the order of the page. */
export const clusterShapes = {
  'cluster-attached': {
    title: 'Cluster: attached routes',
    goal: 'every status right, one write per route, few of the Gateway.',
  },
  'cluster-propagation': {
    title: 'Cluster: from a new route to its first good answer',
    goal: 'p50 under 10 ms, p99 under 30 ms, flat in the number of routes, no failed request.',
  },
  'cluster-changes': { title: 'Cluster: a route changes under load', goal: 'no failed request.' },
  'cluster-failover': { title: 'Cluster: a backend dies', goal: 'nothing fails beyond what it had in flight.' },
  'cluster-listener-sets': {
    title: 'Cluster: 5,000 routes, and 40,000 over 2,500 ListenerSets',
    goal: 'memory that grows with the routes alone; no CPU when nothing happens.',
  },
} as const

/** `npm run bench -- cluster`: boots the rig (test/cluster), plays the shapes against it, takes it down. Needs root and Go. */
export async function benchCluster(options: {
  readonly quick: boolean
  readonly order: readonly string[]
}): Promise<void> {
  const root = path.resolve(import.meta.dirname, '../../..')
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-bench-cluster-'))
  const output = path.join(folder, 'findings.json')
  const rig = rigIn(root, folder, 'gwbench')
  const [load = 0] = loadavg()
  const busy = load < 0.7 ? '' : ` Busy machine: load average ${load.toFixed(1)} when it began.`
  try {
    await rig(['build'])
    await rig(['up'])
    const program = path.join(import.meta.dirname, 'inside.ts')
    const words = ['exec', process.execPath, program, output, ...(options.quick ? ['--quick'] : [])]
    await rig(words).catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
    const findings = JSON.parse(readFileSync(output, 'utf8')) as Readonly<Record<string, Finding>>
    const settings = `On test/cluster, in host mode, ${new Date().toISOString().slice(0, 10)}.${busy}`
    const sections: Section[] = Object.entries(clusterShapes).flatMap(([name, { title, goal }]) =>
      findings[name] ? [{ name, title, goal, finding: findings[name], settings }] : [],
    )
    for (const section of sections) console.log(formatSection(section))
    if (!options.quick) writeResults(path.join(root, 'bench/results.md'), options.order, sections)
  } finally {
    await rig(['down']).catch(console.error)
    rmSync(folder, { recursive: true, force: true })
  }
}
