import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { providePodImage } from '../../conformance/controller.ts'
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

/** The same with data planes as pods, as far as they are another matter there. */
export const podShapes = {
  'pods-attached': { ...clusterShapes['cluster-attached'], title: 'Pods: attached routes' },
  'pods-propagation': {
    ...clusterShapes['cluster-propagation'],
    title: 'Pods: from a new route to its first good answer',
  },
  'pods-changes': { ...clusterShapes['cluster-changes'], title: 'Pods: a route changes under load' },
  'pods-failover': { ...clusterShapes['cluster-failover'], title: 'Pods: a backend dies' },
  'pods-size': {
    title: 'Pods: what controller and proxies use',
    goal: 'memory that grows with the routes alone; no CPU when nothing happens.',
  },
  'pods-secrets': {
    title: 'Pods: certificates at the start',
    goal: 'the Secrets that are needed cost no more than a list of all would.',
  },
} as const

/** `npm run bench -- cluster [--pods]`: boots the rig (test/cluster), plays the shapes against it, takes it down. Needs root and Go. */
export async function benchCluster(options: {
  readonly quick: boolean
  /** Data planes as pods; otherwise in host mode. */
  readonly pods: boolean
  readonly order: readonly string[]
}): Promise<void> {
  const root = path.resolve(import.meta.dirname, '../../..')
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-bench-cluster-'))
  // Pods are nobody's, and read what lies in it.
  chmodSync(folder, 0o755)
  const output = path.join(folder, 'findings.json')
  const rig = rigIn(root, folder, 'gwbench')
  const [load = 0] = loadavg()
  const busy = load < 0.7 ? '' : ` Busy machine: load average ${load.toFixed(1)} when it began.`
  try {
    await rig(['build'])
    await rig(['up'])
    const program = path.join(import.meta.dirname, 'inside.ts')
    if (options.pods) providePodImage(root, path.join(folder, 'rig/run'))
    const flags = [...(options.quick ? ['--quick'] : []), ...(options.pods ? ['--pods'] : [])]
    const words = ['exec', process.execPath, program, output, ...flags]
    await rig(words).catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
    const findings = JSON.parse(readFileSync(output, 'utf8')) as Readonly<Record<string, Finding>>
    const settings = `On test/cluster, ${options.pods ? 'two pods with one worker each' : 'in host mode'}, ${new Date().toISOString().slice(0, 10)}.${busy}`
    const sections: Section[] = Object.entries(options.pods ? podShapes : clusterShapes).flatMap(
      ([name, { title, goal }]) => (findings[name] ? [{ name, title, goal, finding: findings[name], settings }] : []),
    )
    for (const section of sections) console.log(formatSection(section))
    if (!options.quick) writeResults(path.join(root, 'bench/results.md'), options.order, sections)
  } finally {
    await rig(['down']).catch(console.error)
    rmSync(folder, { recursive: true, force: true })
  }
}
