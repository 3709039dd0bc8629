/**
 * `npm run e2e:chaos`: misfortunes of a controller in clusters of their own (test/cluster), with a real API server: of one in host
 * mode, and beside it of two with data planes as pods, ours and Envoys. Needs Linux, root and Go, and Python for Envoy; the first
 * run builds a Kubernetes. Takes three to four minutes, most of them the Lease of a dead leader and a minute of rest. `-- PART`
 * plays the files whose names contain it.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { rigIn } from '../../bench/cluster/rig.ts'
import { provideEnvoyImage, providePodImage } from '../../conformance/controller.ts'
import { watchRefusals } from '../../refusals/watch-refusals.ts'
import { installEnvoy } from '../envoy/install-envoy.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const words = process.argv.slice(2)
const options = words.filter((word) => word.startsWith('--'))
const parts = words.filter((word) => !word.startsWith('--'))
const files = globSync('*.chaos.ts', { cwd: import.meta.dirname })
  .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
  .filter((file) => !needsEnvoy(file) || hasEnvoy())

function needsEnvoy(file: string): boolean {
  return file.startsWith('envoy-')
}

function hasEnvoy(): boolean {
  if (process.env.ENVOY || spawnSync('python3', ['--version']).status === 0) return true
  console.log('no Python here, so no Envoy: its pods are left out')
  return false
}

async function play(file: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-chaos-'))
  // Pods are nobody's, and read what lies in it.
  chmodSync(folder, 0o755)
  const rig = rigIn(root, folder, `gwchaos-${path.basename(file, '.chaos.ts')}`)
  try {
    await rig(['up'])
    const run = path.join(folder, 'rig/run')
    providePodImage(root, run, ['headgate', 'headgate-next'])
    if (needsEnvoy(file)) provideEnvoyImage(await installEnvoy(), run, ['envoy', 'envoy-next'])
    const program = path.join(import.meta.dirname, file)
    await rig(['exec', process.execPath, '--test', '--test-timeout=240000', ...options, program])
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  } finally {
    await rig(['down']).catch(console.error)
    rmSync(folder, { recursive: true, force: true })
  }
}

const refusals = watchRefusals()
// Side by side: they mostly wait.
await Promise.all(files.map(play))
refusals.judge()
