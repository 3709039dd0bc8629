import { isIPv6 } from 'node:net'
import { startAdmin } from '#admin'
import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import type { RunOptions } from '#cli'
import { defaultGatewayClass, findUnclaimed, formatUnclaimed } from '#cli'
import { type FilesSource, formatFileProblem, type LoadResult } from '#files'
import { accessLogOf } from './access-log.ts'
import { chooseHost } from './choose-host.ts'
import { countersOf, redisAdvice, refusesWithout } from './counters-of.ts'
import { endOnSignal } from './end-on-signal.ts'
import { everywhere } from './everywhere.ts'
import { Standalone } from './standalone.ts'
import { StatusLog } from './status-log.ts'
import { openManifests, translatorFor } from './wiring.ts'

/** Serves the manifests until it is told to end. @returns the exit code: 0 after a drain, 1 when nothing could be served */
export async function run(options: RunOptions): Promise<number> {
  const startedAt = performance.now()
  const bind = options.bind.length > 0 ? options.bind : everywhere()
  const log = (message: string) => process.stderr.write(`${new Date().toISOString()} ${message}\n`)
  const statuses = new StatusLog(log)
  const counters = countersOf(options.redis)
  const { plane, envoy, workers, place } = options
  const accessLog = accessLogOf(options.accessLog)
  const host = await chooseHost(plane, { envoy, workers, place, bind, counters, accessLog, onProblem: log })
  if (!host) return 1
  const refuses = refusesWithout(counters, redisAdvice, host.refuses)
  const settings = {
    controllerName: options.controllerName,
    client: options.client,
    ports: options.ports,
    defaultAddresses: bind,
  }
  const standalone = new Standalone({
    translator: translatorFor(settings, [], options.plane, refuses),
    ...host.options,
    workers: options.workers,
    bind,
    place: options.place,
    counters,
    accessLog,
    onLog: (lines) => process.stdout.write(lines),
    onProblem: log,
    onStatuses: (changes) => statuses.note(changes),
  })
  const source = openManifests(options.paths, [defaultGatewayClass(options.controllerName)])
  const end = endOnSignal((timeoutMs) => standalone.drain(timeoutMs), options.drainTimeoutMs, log)

  // First, so that a health check that comes early hears "not ready", and a port that is taken stops us before we serve.
  const admin = options.admin && (await openAdmin(options.admin, standalone, log))
  if (admin === 'taken') return 1
  const unclaimed = new UnclaimedLog(log)
  const first = await source.load()
  logProblems(first, log)
  await standalone.apply(first.changes)
  unclaimed.note(first.changes)
  log(readyLine(standalone, bind, performance.now() - startedAt))
  const watching = options.paths.some((path) => path !== '-') ? watch(source, standalone, unclaimed, log) : undefined

  const code = await end
  watching?.[Symbol.dispose]()
  await admin?.close()
  return code
}

type Log = (message: string) => void

function watch(source: FilesSource, standalone: Standalone, unclaimed: UnclaimedLog, log: Log): Disposable {
  return source.watch((result) => {
    logProblems(result, log)
    if (result.changes.length === 0) return
    void standalone.apply(result.changes).then(
      () => unclaimed.note(result.changes),
      () => {},
    )
  })
}

async function openAdmin({ address, port }: { address: string; port: number }, standalone: Standalone, log: Log) {
  const source = {
    ready: () => standalone.ready,
    metrics: () => standalone.metrics(),
    moreMetrics: () => standalone.ownMetrics(),
  }
  try {
    return await startAdmin({ host: address, port }, source)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'another program listens there, perhaps another Headgate' : message
    log(
      `error ${urlHost(address)}:${port} for metrics and health: ${why}; give another with --admin ADDRESS:PORT, or off`,
    )
    return 'taken'
  }
}

/** Says once of each object that leads nowhere where its mistake is: it has no status that would. */
class UnclaimedLog {
  readonly #log: Log
  readonly #objects = new Map<ObjectKey, KubeObject>()
  #said = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  note(changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      if (change.kind === 'put') this.#objects.set(change.key, change.object)
      else this.#objects.delete(change.key)
    }
    const lines = new Set(findUnclaimed(this.#objects).map(formatUnclaimed))
    for (const line of lines) if (!this.#said.has(line)) this.#log(`warning ${line}`)
    this.#said = lines
  }
}

function logProblems(result: LoadResult, log: (message: string) => void): void {
  for (const problem of result.appeared) log(`error ${formatFileProblem(problem)}`)
  for (const problem of result.mended) log(`mended ${formatFileProblem(problem)}`)
}

function readyLine(standalone: Standalone, bind: readonly string[], tookMs: number): string {
  const urls = new Set<string>()
  const failed = new Set(standalone.failed.map(({ listener, address }) => `${listener} ${address}`))
  for (const { key, addresses, port, protocol } of standalone.snapshot?.listeners ?? [])
    for (const address of addresses.length > 0 ? addresses : bind)
      if (!failed.has(`${key} ${address}`)) urls.add(`${protocol}://${urlHost(address)}:${port}`)
  const nothing =
    standalone.failed.length > 0 ? 'no listener could be opened' : 'there is no Gateway of ours that can be served'
  const where = urls.size > 0 ? [...urls].join(', ') : `nothing yet: ${nothing}`
  return `ready in ${Math.round(tookMs)} ms, serving ${where}`
}

function urlHost(address: string): string {
  if (address === '::' || address === '0.0.0.0') return 'localhost'
  return isIPv6(address) ? `[${address}]` : address
}
