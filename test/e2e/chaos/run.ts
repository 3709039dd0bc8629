/**
 * `npm run e2e:chaos`: misfortunes of a controller in a cluster of its own (test/cluster), with a real API server. Needs Linux,
 * root and Go; the first run builds a Kubernetes. Takes three minutes, most of them the Lease of a dead leader and a minute of rest.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { rigIn } from '../../bench/cluster/rig.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(path.join(tmpdir(), 'headgate-chaos-'))
const rig = rigIn(root, folder, 'gwchaos')
try {
  await rig(['build'])
  await rig(['up'])
  const words = ['--test', '--test-timeout=240000', ...process.argv.slice(2)]
  await rig(['exec', process.execPath, ...words, path.join(import.meta.dirname, 'cluster.chaos.ts')])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await rig(['down']).catch(console.error)
  rmSync(folder, { recursive: true, force: true })
}
