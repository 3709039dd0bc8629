import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { startAdmin } from '#admin'
import type { ObjectKey } from '#api'
import type { RunOptions } from '#cli'
import { defaultGatewayClass } from '#cli'
import { type FilesSource, formatFileProblem, type LoadResult } from '#files'
import { defaultAccessLogFields, describeCounts } from '#proxy'
import { formatStatus, type StatusChange } from '#translate'
import { endOnSignal } from './end-on-signal.ts'
import { Standalone } from './standalone.ts'
import { openManifests, translatorFor } from './wiring.ts'

/** Serves the manifests until it is told to end. @returns the exit code: 0 after a drain, 1 when nothing could be served */
export async function run(options: RunOptions): Promise<number> {
  const startedAt = performance.now()
  const bind = options.bind.length > 0 ? options.bind : everywhere()
  const log = (message: string) => process.stderr.write(`${new Date().toISOString()} ${message}\n`)
  const standalone = new Standalone({
    translator: translatorFor({
      controllerName: options.controllerName,
      client: options.client,
      ports: options.ports,
      defaultAddresses: bind,
    }),
    workers: options.workers,
    bind,
    accessLog:
      options.accessLog.format === 'off'
        ? undefined
        : {
            format: options.accessLog.format,
            fields: options.accessLog.fields ?? defaultAccessLogFields,
            sample: options.accessLog.sample,
          },
    onLog: (lines) => process.stdout.write(lines),
    onProblem: log,
    onStatuses: (changes) => logStatuses(changes, log),
  })
  const source = openManifests(options.paths, [defaultGatewayClass(options.controllerName)])
  const end = endOnSignal((timeoutMs) => standalone.drain(timeoutMs), options.drainTimeoutMs, log)

  const first = await source.load()
  logProblems(first, log)
  await standalone.apply(first.changes)
  const admin = options.admin && (await openAdmin(options.admin, standalone))
  log(readyLine(standalone, bind, performance.now() - startedAt))
  const watching = options.paths.some((path) => path !== '-') ? watch(source, standalone, log) : undefined

  const code = await end
  watching?.[Symbol.dispose]()
  await admin?.close()
  return code
}

function watch(source: FilesSource, standalone: Standalone, log: (message: string) => void): Disposable {
  return source.watch((result) => {
    logProblems(result, log)
    if (result.changes.length > 0) void standalone.apply(result.changes).catch(() => {})
  })
}

function openAdmin({ address, port }: { address: string; port: number }, standalone: Standalone) {
  return startAdmin(
    { host: address, port },
    {
      ready: () => standalone.ready,
      metrics: async () => describeCounts(await standalone.counts()),
    },
  )
}

function logProblems(result: LoadResult, log: (message: string) => void): void {
  for (const problem of result.appeared) log(`error ${formatFileProblem(problem)}`)
  for (const problem of result.mended) log(`mended ${formatFileProblem(problem)}`)
}

function logStatuses(changes: readonly StatusChange[], log: (message: string) => void): void {
  for (const { key, status } of changes) {
    for (const line of status ? formatStatus(key, status) : [`${subject(key)}: gone`]) log(`status ${line}`)
  }
}

function subject(key: ObjectKey): string {
  const [kind, namespace, name] = key.split('/')
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`
}

function readyLine(standalone: Standalone, bind: readonly string[], tookMs: number): string {
  const urls = new Set<string>()
  const failed = new Set(standalone.failed.map(({ listener, address }) => `${listener} ${address}`))
  for (const { key, addresses, port, protocol } of standalone.snapshot?.listeners ?? [])
    for (const address of addresses.length > 0 ? addresses : bind)
      if (!failed.has(`${key} ${address}`)) urls.add(`${protocol}://${urlHost(address)}:${port}`)
  const where = urls.size > 0 ? [...urls].join(', ') : 'nothing yet: no listener could be opened'
  return `ready in ${Math.round(tookMs)} ms, serving ${where}`
}

function urlHost(address: string): string {
  if (address === '::' || address === '0.0.0.0') return 'localhost'
  return isIPv6(address) ? `[${address}]` : address
}

/** All interfaces; IPv4 alone on machines without IPv6. */
function everywhere(): string[] {
  const hasIPv6 = Object.values(networkInterfaces()).some((one) => one?.some(({ family }) => family === 'IPv6'))
  return [hasIPv6 ? '::' : '0.0.0.0']
}
