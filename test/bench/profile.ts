/**
 * `node test/bench/profile.ts [--path /large] [--seconds 5]`: where Headgate's worker spends its time under the small GET, by
 * V8's sampling profiler. Prints functions by own time.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Arena, measure, withContenders } from './arena.ts'
import { startBackend } from './backend.ts'
import { installPeers } from './peers.ts'
import { type CpuProfile, sumOwnTime } from './read-profile.ts'
import { planOne } from './routes.ts'
import { headgateIn } from './subjects/headgate.ts'

const { values: flags } = parseArgs({
  options: {
    path: { type: 'string', default: '/small' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
  },
})
const root = path.resolve(import.meta.dirname, '../..')
const home = path.join(root, '.bench')
mkdirSync(home, { recursive: true })
await installPeers(home)
const folder = mkdtempSync(path.join(home, 'profile-'))
const backend = await startBackend(folder, '1')
const subject = headgateIn(root)
const seconds = Number(flags.seconds)
const cores = { subject: '0', load: '1', all: '0,1', count: 2 }
const arena: Arena = { subjects: [subject], backend, folder, rounds: 1, seconds, quick: true, cores }
const plan = planOne(backend.port)
const profiles = path.join(folder, 'profiles')

process.env.NODE_OPTIONS = `--cpu-prof --cpu-prof-interval 500 --cpu-prof-dir=${profiles}`
try {
  await withContenders(arena, [{ subject, plan }], async ([contender]) => {
    const targets = [{ host: plan.routes[0]!.hostname, path: flags.path }]
    const result = await measure(arena, contender!, { connections: Number(flags.connections), targets })
    console.log(
      `${Math.round(result.perSecond)} requests/s, ${result.cpuMicros.toFixed(1)} µs each (with the profiler)\n`,
    )
  })
} finally {
  await backend.program.stop()
}

// The worker's is the one with the most work in it.
const spent = readdirSync(profiles)
  .map((file) => sumOwnTime(JSON.parse(readFileSync(path.join(profiles, file), 'utf8')) as CpuProfile, root))
  .sort((a, b) => total(b) - total(a))[0]
for (const { where, micros } of spent?.slice(0, 40) ?? []) {
  console.log(`${((100 * micros) / total(spent ?? [])).toFixed(1).padStart(5)} %  ${where}`)
}
rmSync(folder, { recursive: true, force: true })

function total(times: readonly { readonly micros: number }[]): number {
  return times.reduce((sum, { micros }) => sum + micros, 0)
}
