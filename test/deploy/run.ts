/**
 * `npm run e2e:cluster`: the chart and its plain YAML against a real API server, in a cluster that it makes for itself and takes
 * away afterwards (test/cluster). Pods run what the Dockerfile's steps make. Needs Linux, root and Go; the first run builds a
 * Kubernetes and takes minutes. `-- PART…` plays the files whose names contain a part; `-- --keep` leaves the cluster open.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// A cluster of its own, beside that of `npm run conformance`.
process.env.RIG_DIR ??= path.join(tmpdir(), 'headgate-deploy')
process.env.RIG_NS ??= 'hg-deploy'

const root = path.resolve(import.meta.dirname, '../..')
const rig = path.join(root, 'test/cluster/rig')
const words = process.argv.slice(2)
const parts = words.filter((word) => !word.startsWith('--'))
const { provideImage } = await import('./cluster/install.ts')

/** Installing comes first; uninstalling takes everything away. */
const order = ['install', 'rights', 'serve', 'infrastructure', 'certificates', 'neighbours', 'helm']

let running: ChildProcess | undefined
let stopped = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopped = true
    running?.kill('SIGTERM')
  })
}

function play(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  running = child
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

function mustRig(word: string): void {
  if (spawnSync(rig, [word], { stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0)
    throw new Error(`test/cluster/rig ${word} failed`)
}

const files = globSync('test/deploy/cluster/*.e2e.ts', { cwd: root })
  .filter((file) => parts.length === 0 || parts.some((part) => path.basename(file).includes(part)))
  .sort((a, b) => order.indexOf(nameOf(a)) - order.indexOf(nameOf(b)))

function nameOf(file: string): string {
  return path.basename(file, '.e2e.ts')
}

try {
  mustRig('up')
  provideImage()
  for (const file of files) {
    if (stopped) break
    console.log(`\n${nameOf(file)}`)
    const code = await play(['--test', '--test-reporter=spec', '--test-timeout=180000', file])
    if (code !== 0) process.exitCode = 1
    // Nothing else can work then, and each would wait in vain.
    if (code !== 0 && nameOf(file) === 'install') break
  }
  if (words.includes('--keep') && !stopped) {
    console.log(
      `kept: RIG_DIR=${process.env.RIG_DIR} RIG_NS=${process.env.RIG_NS} test/cluster/rig kubectl …; Ctrl-C ends it`,
    )
    while (!stopped) await sleep(500)
  }
} finally {
  mustRig('down')
}
