/**
 * Two planes compared: route tables and requests out of a seed, the same to our own plane and to Envoy, and what client and
 * backend saw. `node test/differential/run.ts [--seed N] [--seconds S]`. A finding is made small and printed.
 */
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { installEnvoy } from '../e2e/envoy/install-envoy.ts'
import { Random } from '../fuzz/http1-generate.ts'
import { generateRequest } from './generate-request.ts'
import { generateTable } from './generate-table.ts'
import { knownDifferences } from './known.ts'
import { type Finding, shrink } from './shrink.ts'
import { TwoPlanes } from './two-planes.ts'

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '30' },
    all: { type: 'boolean', default: false },
  },
})
const seed = Number(flags.seed ?? Date.now() % 1_000_000_000)
const end = Date.now() + Number(flags.seconds) * 1_000
const requestsPerTable = 40
console.log(`seed ${seed}`)

const planes = await TwoPlanes.start(await installEnvoy())
let tables = 0
let requests = 0
let known = 0
const found: string[] = []
try {
  for (let turn = seed; Date.now() < end && (flags.all || found.length === 0); turn++) {
    const random = new Random(turn)
    const routes = generateTable(random)
    await planes.serve(routes)
    tables++
    for (let i = 0; i < requestsPerTable && Date.now() < end; i++) {
      const request = generateRequest(random)
      requests++
      const all = await planes.ask(request)
      const differences = all.filter((one) => !isKnown({ routes, request }, one))
      if (all.length > differences.length) known++
      if (differences.length === 0) continue
      found.push(await tell(turn, { routes, request }, differences))
      if (!flags.all) break
      await planes.serve(routes)
    }
  }
} finally {
  await planes.close()
}
console.log(`${tables} tables, ${requests} requests, ${known} known differences`)
console.log(`${found.length === 0 ? 1 : 0} passed, ${found.length} failed, 0 skipped`)
process.exitCode = found.length === 0 ? 0 : 1

function isKnown({ request }: Finding, difference: string): boolean {
  return knownDifferences.some(({ holds }) => holds(request, difference))
}

async function tell(turn: number, finding: Finding, differences: readonly string[]): Promise<string> {
  const kinds = new Set(differences.map((one) => one.split(':')[0]))
  let last = differences
  const small = await shrink(
    finding,
    async (candidate) => {
      if (candidate.routes !== finding.routes) await planes.serve(candidate.routes)
      const now = (await planes.ask(candidate.request)).filter((one) => !isKnown(candidate, one))
      const same = now.some((one) => kinds.has(one.split(':')[0]))
      if (same) last = now
      return same
    },
    Date.now() + 10_000,
  )
  const text = `--seed ${turn}: ${JSON.stringify(small.request)}
${last.map((one) => `  ${one}`).join('\n')}
${stringify(small.routes.map(({ spec }) => spec))}`
  console.log(text)
  return text
}
