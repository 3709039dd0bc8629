/**
 * Two planes compared: route tables, policies and requests out of a seed, the same to our own plane and to Envoy, and what client
 * and backend saw. `node test/differential/run.ts [--seed N|new] [--tables N] [--seconds S] [--all]`.
 * A finding is made small and printed.
 * The gate plays the same tables each time, so that it says something about the change at hand; `--seed new` looks for what nobody
 * knows yet.
 */
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { installEnvoy } from '../e2e/envoy/install-envoy.ts'
import { Random } from '../fuzz/http1-generate.ts'
import type { TestRequest } from '../scenario/send-request.ts'
import { generatePolicies } from './generate-policies.ts'
import { generateRequest } from './generate-request.ts'
import { generateTable } from './generate-table.ts'
import { knownDifference } from './known.ts'
import { type Finding, shrink } from './shrink.ts'
import { TwoPlanes } from './two-planes.ts'

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    /** Given seconds instead, as many as there is time for. */
    tables: { type: 'string' },
    seconds: { type: 'string' },
    /** Goes on after a finding, and tells one of each kind. */
    all: { type: 'boolean', default: false },
  },
})
const seed = flags.seed === 'new' ? Date.now() % 1_000_000_000 : Number(flags.seed)
// A slow machine plays fewer of them.
const end = Date.now() + Number(flags.seconds ?? 60) * 1_000
const most = Number(flags.tables ?? (flags.seconds === undefined ? 250 : Number.POSITIVE_INFINITY))
const requestsPerTable = 40
console.log(`seed ${seed}`)

const planes = await TwoPlanes.start(await installEnvoy())
const count = { tables: 0, policies: 0, requests: 0 }
/** How often each known difference was met, by heading. */
const known = new Map<string, number>()
const found: string[] = []
const told = new Set<string>()
let once = 0
try {
  for (let turn = seed; turn < seed + most && Date.now() < end; turn++) {
    await playTable(turn)
    if (found.length > 0 && !flags.all) break
  }
} finally {
  await planes.close()
}
console.log(`${count.tables} tables, ${count.policies} policies, ${count.requests} requests`)
for (const [heading, times] of [...known].sort()) console.log(`known: ${heading}: ${times}`)
if (once > 0) console.log(`${once} differences were not there when they were asked for again`)
console.log(`${found.length === 0 ? 1 : 0} passed, ${found.length} failed, 0 skipped`)
process.exitCode = found.length === 0 ? 0 : 1

async function playTable(turn: number): Promise<void> {
  const random = new Random(turn)
  const style = (['plain', 'policies', 'limits'] as const)[turn % 3]!
  const routes = generateTable(random, style)
  const policies = style === 'plain' ? [] : generatePolicies(random, routes, style)
  const objects = [...routes, ...policies]
  await planes.serve(objects)
  count.tables++
  count.policies += policies.length
  const before: TestRequest[] = []
  for (let i = 0; i < requestsPerTable && Date.now() < end; i++) {
    const request = generateRequest(random, style)
    count.requests++
    const finding: Finding = { objects, before: [...before], request }
    before.push(request)
    const differences = unknown(finding, await planes.ask(request), known)
    const kinds = kindsOf(differences).join()
    if (differences.length === 0 || told.has(kinds)) continue
    told.add(kinds)
    const text = await tell(turn, finding, differences)
    if (text === undefined) once++
    else found.push(text)
    if (!flags.all && text !== undefined) return
    await planes.serve(objects)
    for (const one of before) await planes.ask(one)
  }
}

function kindsOf(differences: readonly string[]): string[] {
  return differences.map((one) => one.split(':')[0] ?? '')
}

/** @param met is told of those that are known */
function unknown(finding: Finding, differences: readonly string[], met?: Map<string, number>): string[] {
  return differences.filter((difference) => {
    const heading = knownDifference(finding, difference)
    if (heading !== undefined) met?.set(heading, (met.get(heading) ?? 0) + 1)
    return heading === undefined
  })
}

/**
 * @returns undefined: played again it does not differ. Envoy counts anew when the routes of the table before are taken away, half a
 * second after; or the machine stood still
 */
async function tell(turn: number, finding: Finding, differences: readonly string[]): Promise<string | undefined> {
  const kinds = kindsOf(differences)
  let last = differences
  const fails = async (candidate: Finding) => {
    await planes.serve(candidate.objects)
    for (const one of candidate.before) await planes.ask(one)
    const now = unknown(candidate, await planes.ask(candidate.request))
    const same = kindsOf(now).some((one) => kinds.includes(one))
    if (same) last = now
    return same
  }
  if (!(await fails(finding))) {
    console.log(`--seed ${turn}: once: ${JSON.stringify(finding.request)}\n${differences.join('\n')}`)
    return undefined
  }
  const small = await shrink(finding, fails, Date.now() + 20_000)
  const requests = [...small.before, small.request].map((request) => JSON.stringify(request))
  const text = `--seed ${turn}: ${requests.join('\n  then ')}
${last.map((one) => `  ${one}`).join('\n')}
${stringify(small.objects.map(({ kind, metadata, spec }) => ({ [`${kind} ${metadata.name}`]: spec })))}`
  console.log(text)
  return text
}
