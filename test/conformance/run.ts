/**
 * `npm run conformance`: Gateway API's own suite against `headgate controller`, in a cluster that it makes for itself and takes
 * away afterwards (test/cluster). Needs Linux, root and Go; the first run builds a Kubernetes and takes minutes.
 */
import type { ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import manifest from '#package' with { type: 'json' }
import { installEnvoy } from '../e2e/envoy/install-envoy.ts'
import { expectRefusal } from '../refusals/expect-refusal.ts'
import { watchRefusals } from '../refusals/watch-refusals.ts'
import { controllerWords, gatewayClass, podObjects, provideEnvoyImage, providePodImage } from './controller.ts'
import { type ConformanceOptions, isWhole, modeOf, parseConformanceOptions, suiteArguments, usage } from './options.ts'
import { gatewayTests, parseResults, summarize } from './results.ts'
import { askRig, endGroup, exitOf, runFolder, startRig } from './rig.ts'

const root = path.resolve(import.meta.dirname, '../..')
const controllerLog = path.join(runFolder, 'log/headgate.log')

/** What runs now, the youngest last. */
const running: ChildProcess[] = []
let stopped = false
let bootedHere = false

function start(args: readonly string[], logFile?: string): ChildProcess {
  if (stopped) throw new Error('interrupted')
  const child = startRig(args, logFile)
  running.push(child)
  return child
}

async function run(args: readonly string[]): Promise<number> {
  const code = await exitOf(start(args))
  if (stopped) throw new Error('interrupted')
  return code
}

async function bootCluster(): Promise<void> {
  // Someone may have booted it to look inside; then it stays.
  bootedHere = (await askRig(['kubectl', 'get', '--raw', '/readyz'])) === undefined
  if ((await run(['build'])) !== 0 || (await run(['up'])) !== 0) throw new Error('the cluster did not come up')
}

/** A kind is not served in the moment in which it was made known. */
async function apply(object: object): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until && !stopped; await sleep(300)) {
    if ((await askRig(['kubectl', 'apply', '--server-side', '-f', '-'], JSON.stringify(object))) !== undefined) return
  }
  throw new Error(`not applied: ${JSON.stringify(object).slice(0, 200)}`)
}

async function startController(options: ConformanceOptions): Promise<void> {
  const envoy = options.plane === 'envoy' ? await installEnvoy() : undefined
  if (options.pods) providePodImage(root)
  if (options.pods && envoy !== undefined) provideEnvoyImage(envoy)
  const controller = start(['exec', path.join(root, 'bin/headgate'), ...controllerWords(options, envoy)], controllerLog)
  for (const object of options.pods ? podObjects(root, options) : [gatewayClass({})]) await apply(object)
  const accepted = '{.status.conditions[?(@.type=="Accepted")].status}'
  for (const until = Date.now() + 60_000; Date.now() < until && !stopped; await sleep(200)) {
    if (controller.exitCode !== null) break
    if ((await askRig(['kubectl', 'get', 'gatewayclass', 'headgate', '-o', `jsonpath=${accepted}`])) === 'True') return
  }
  if (stopped) throw new Error('interrupted')
  const log = readFileSync(controllerLog, 'utf8').split('\n').slice(-25).join('\n')
  throw new Error(`the controller did not accept its GatewayClass:\n${log}`)
}

/** Puts the report where it is kept, unless the one there says the same: the suite writes profiles in any order. */
function publish(report: string, mode: string): void {
  const place = path.join(root, `conformance/experimental-v${manifest.version}-${mode}-report.yaml`)
  const linesOf = (file: string) =>
    readFileSync(file, 'utf8')
      .replace(/^date: .*$/m, '')
      .split('\n')
      .sort()
      .join('\n')
  if (existsSync(place) && linesOf(place) === linesOf(report)) return
  mkdirSync(path.dirname(place), { recursive: true })
  copyFileSync(report, place)
}

/** @returns whether all of it passed */
async function runSuite(options: ConformanceOptions): Promise<boolean> {
  const code = await run(['suite', ...suiteArguments(options, manifest.version)])
  const last = path.join(runFolder, 'suite/last')
  const results = parseResults(readFileSync(path.join(last, 'results.tsv'), 'utf8'))
  if (results.length === 0) throw new Error(`the suite did not get as far as its tests; see ${last}/log`)
  const report = path.join(last, 'report.yaml')
  if (isWhole(options) && existsSync(report)) publish(report, modeOf(options))
  const { runTest } = options
  const wanted = runTest ? [runTest] : gatewayTests(readFileSync(path.join(root, 'test/cluster/tests.tsv'), 'utf8'))
  console.log(`log of the controller ${controllerLog}\n`)
  console.log(summarize(results, new Set(wanted)))
  return code === 0
}

let cleaning: Promise<void> | undefined
function cleanUp(): Promise<void> {
  cleaning ??= (async () => {
    stopped = true
    // The suite before the controller: it would count what it can no longer reach.
    for (const child of running.reverse()) await endGroup(child)
    if (bootedHere) await exitOf(startRig(['down']))
  })()
  return cleaning
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    process.exitCode = 130
    void cleanUp()
  })
}

const words = process.argv.slice(2)
if (words.includes('--help')) {
  console.log(usage)
  process.exit(0)
}
const refusals = watchRefusals()
// The suite's unusable address (test/cluster/README.md): the Gateway that asks for it is to say so.
expectRefusal(/^listener \w+\/192\.0\.2\.1\//)
try {
  const options = parseConformanceOptions(words)
  await bootCluster()
  await startController(options)
  const passed = await runSuite(options)
  process.exitCode = passed ? 0 : 1
  if (options.keep) {
    console.log('kept: test/cluster/rig kubectl … to look inside, Ctrl-C to end it')
    while (!stopped) await sleep(500)
  }
} catch (error) {
  if (!stopped) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
} finally {
  await cleanUp()
  refusals.judge()
}
