/**
 * `npm run e2e:envoy [-- PART…]`: the scenarios' traffic and what only a real Envoy shows, on a real Envoy, which is installed
 * first. A part names tests (`scenarios`, `process`, …) or scenarios' folders.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname } from 'node:path'
import { watchRefusals } from '../../refusals/watch-refusals.ts'
import { findScenarios } from '../../scenario/folders.ts'
import { installEnvoy } from './install-envoy.ts'

const root = dirname(dirname(dirname(import.meta.dirname)))
const parts = process.argv.slice(2)
const wanted = (path: string) => parts.length === 0 || parts.some((part) => path.includes(part))

const program = await installEnvoy()
const suite = 'test/e2e/envoy/scenarios.e2e.ts'
const scenarios = findScenarios(root).filter(wanted)
const files = globSync('test/e2e/envoy/*.e2e.ts', { cwd: root })
  .filter((file) => wanted(file) || (file === suite && scenarios.length > 0))
  .sort()
if (files.length === 0) {
  console.error(`nothing here has ${parts.join(' or ')} in its name`)
  process.exit(1)
}
const refusals = watchRefusals()
const { status } = spawnSync(process.execPath, ['--test', '--test-timeout=240000', '--test-concurrency=2', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ENVOY: program, ...(!wanted(suite) && { SCENARIOS: scenarios.join('\n') }) },
})
process.exitCode = status ?? 1
refusals.judge()
