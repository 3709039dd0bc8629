/**
 * `npm test [-- PART… --update]`: runs every *.test.ts under src and test whose path contains one of the parts; a part that
 * names a scenario runs that scenario. `--update` rewrites what scenarios expect. Other options go to node.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { findScenarios } from './scenario/folders.ts'

const root = dirname(import.meta.dirname)
const args = process.argv.slice(2)
const parts = args.filter((arg) => !arg.startsWith('-'))
const options = args.filter((arg) => arg.startsWith('-') && arg !== '--update')
const wanted = (path: string) => parts.length === 0 || parts.some((part) => path.includes(part))

const scenarioTest = 'test/scenario/scenarios.test.ts'

const scenarios = findScenarios(root).filter(wanted)
const files = globSync('{src,test}/**/*.test.ts', { cwd: root })
  .filter((file) => wanted(file) || (file === scenarioTest && scenarios.length > 0))
  .sort()

if (files.length === 0) {
  console.error(`no test has ${parts.map((part) => `'${part}'`).join(' or ')} in its path`)
  process.exit(1)
}

// A test that does not end, and a file that does not (a socket left open by a failed test), fail by name instead of holding everything
// up.
const limits = ['--test-timeout=240000', '--import', './test/end-late-file.ts']
const parallel = [`--test-concurrency=${availableParallelism() + 1}`]

const { status, signal } = spawnSync(process.execPath, ['--test', ...limits, ...parallel, ...options, ...files], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(args.includes('--update') && { UPDATE_SCENARIOS: '1' }),
    // All of them when the suite itself was asked for.
    ...(parts.length > 0 && !wanted(scenarioTest) && { SCENARIOS: scenarios.join('\n') }),
  },
})
process.exitCode = status ?? (signal ? 1 : 0)
