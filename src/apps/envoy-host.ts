import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerCredentials } from '@grpc/grpc-js'
import {
  type BuiltResources,
  certificateSecretName,
  clientTrustSecretName,
  type EnvoyAccessLog,
  type EnvoyResources,
  envoySockets,
  listenerName,
  locateRefusals,
  ResourceBuilder,
  rateLimitCluster,
  rateLimitClusterName,
  usualSystemTrust,
} from '#envoy'
import { EnvoyBeside, type EnvoyControl, EnvoyProcess, type NodeReport, type Refusal, XdsServer } from '#envoy/control'
import { envoyFilters } from '#features/envoy.ts'
import { filterOrder } from '#features/order.ts'
import { type Listener, type Place, type PlaneRefusal, podPort, type Snapshot, type SnapshotDelta } from '#ir'
import { type MetricFamily, simpleMetric } from '#kit/metric.ts'
import type { CounterSettings } from '#proxy'
import { findSystemTrust } from './find-system-trust.ts'
import { openCounters } from './open-counters.ts'
import type { ListenerFailure, ServingHost } from './serving-host.ts'

export interface EnvoyHostOptions {
  /** Its program (see `findEnvoy`), which is started here; or the folder that we share with one in another container, and its name. */
  readonly envoy: { readonly program: string } | { readonly folder: string; readonly node: string }
  /** Envoy's worker threads. */
  readonly workers: number
  readonly bind: readonly string[]
  /** We are in a pod: listeners below 1024 are bound at other ports, see `podPort`. */
  readonly inPod?: boolean
  readonly place?: Place | undefined
  /** Where global rate limits are counted. */
  readonly counters?: CounterSettings | undefined
  readonly onProblem: (message: string) => void
  /** It tried again by itself, and other listeners fail now. */
  readonly onFailed: () => void
  /** Left out: none is written. */
  readonly accessLog?: EnvoyAccessLog | undefined
  /** Has the last word about what Envoy is told: tests make it refuse something. */
  readonly amend?: (resources: EnvoyResources) => EnvoyResources
}

const standalone = 'standalone'
/** Envoy must have taken a change in this time; then we go on without it, and say so. */
const patienceMs = 15_000
const retryMs = 2_000

/** An Envoy on this machine: started and watched, and told each snapshot over a unix socket. */
export class EnvoyHost implements ServingHost {
  readonly #options: EnvoyHostOptions
  readonly #folder: string
  /** Nobody has taken anything yet. */
  #starting = true
  readonly #server: XdsServer
  readonly #envoy: EnvoyControl
  /** What Envoy calls itself. */
  readonly #node: string
  readonly #resources: ResourceBuilder
  #listening: Promise<unknown> | undefined
  readonly #limits: Promise<Disposable> | undefined
  #snapshot: Snapshot | undefined
  #failed: readonly ListenerFailure[] = []
  #ready = false
  #queue: Promise<unknown> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  readonly #told = new Set<string>()
  #crashes = 0
  /** What was told of refusals that last. */
  readonly #said = new Set<string>()
  #refused: readonly PlaneRefusal[] = []
  /** Somebody waits for what Envoy makes of a change, and tells it. */
  #judging = false

  constructor(options: EnvoyHostOptions) {
    this.#options = options
    const { counters, envoy } = options
    this.#node = 'node' in envoy ? envoy.node : standalone
    const folder = 'folder' in envoy ? envoy.folder : mkdtempSync(path.join(tmpdir(), 'headgate-'))
    this.#folder = folder
    const limitSocket = path.join(folder, 'rate-limits.sock')
    this.#resources = new ResourceBuilder({
      filters: envoyFilters,
      filterOrder,
      bind: options.bind,
      ...(options.inPod && { bindPort: podPort }),
      place: options.place,
      // Elsewhere Envoy has a machine of its own.
      systemTrust: 'node' in envoy ? usualSystemTrust : findSystemTrust(),
      virtualHosts: 'apart',
      accessLog: options.accessLog,
      rateLimits: counters && {
        name: rateLimitClusterName,
        cluster: rateLimitCluster(limitSocket),
        // The service keeps to the time itself; this is for when it is gone.
        timeoutMs: counters.timeoutMs * 2,
        whenAway: counters.whenAway,
      },
    })
    this.#limits = counters && openLimits(counters, `unix:${limitSocket}`, options.onProblem)
    this.#limits?.catch((error: Error) => options.onProblem(`error global rate limits: ${error.message}`))
    const socket = path.join(folder, envoySockets.controlPlane)
    // The folder is ours alone (mkdtemp: 0700), or that of our pod: who can open the socket is who started us.
    this.#server = new XdsServer({
      credentials: ServerCredentials.createInsecure(),
      onReport: (_, report) => this.#note(report),
    })
    this.#envoy = 'folder' in envoy ? new EnvoyBeside(folder) : this.#ownEnvoy(envoy.program, socket)
    this.#listening = this.#server.listen(`unix:${socket}`).then(() => this.#envoy.start())
    this.#listening.catch((error: Error) => options.onProblem(`error Envoy's control plane: ${error.message}`))
  }

  #ownEnvoy(program: string, socket: string): EnvoyControl {
    const options = this.#options
    return new EnvoyProcess({
      program,
      folder: this.#folder,
      concurrency: options.workers,
      node: standalone,
      xds: { kind: 'unix', path: socket },
      accessLog: options.accessLog !== undefined,
      ...(options.place?.zone !== undefined && { zone: options.place.zone }),
      onLog: options.onProblem,
      onCrash: (how, againMs) => {
        this.#crashes++
        options.onProblem(`error Envoy ${how}; it starts again in ${againMs} ms`)
      },
    })
  }

  get ready(): boolean {
    return this.#ready && !this.#starting && this.#envoy.isRunning
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  get failed(): readonly ListenerFailure[] {
    return this.#failed
  }

  get refused(): readonly PlaneRefusal[] {
    return this.#refused
  }

  enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work)
    this.#queue = done.catch((error: unknown) =>
      this.#options.onProblem(`a change could not be applied: ${error instanceof Error ? error.stack : error}`),
    )
    return done
  }

  async serve(_: SnapshotDelta, snapshot: Snapshot): Promise<readonly ListenerFailure[]> {
    await this.#listening
    const built = this.#build(snapshot)
    const generation = this.#server.publish(this.#node, built.resources)
    this.#snapshot = snapshot
    return this.#judge(snapshot, built, generation)
  }

  #build(snapshot: Snapshot): BuiltResources {
    const built = this.#resources.build(snapshot)
    for (const { route, reason } of built.unsupported) this.#tellOnce(`warning ${route}: closed (500): ${reason}`)
    const { amend } = this.#options
    return amend ? { ...built, resources: amend(built.resources) } : built
  }

  /** Waits until Envoy has taken the generation, or refused parts of it, and listens. */
  async #judge(snapshot: Snapshot, built: BuiltResources, generation: number): Promise<readonly ListenerFailure[]> {
    const until = Date.now() + patienceMs
    this.#judging = true
    let missing: readonly string[] = []
    let settled = false
    for (;;) {
      const report = this.#server.report(this.#node)
      settled = report.generation === generation && report.settled > 0 && report.settled === report.streams
      if (settled) missing = await this.#closed(built, report.refusals)
      if ((settled && missing.length === 0) || Date.now() > until) break
      await sleep(5)
    }
    this.#judging = false
    const { refusals } = this.#server.report(this.#node)
    this.#locate(snapshot, refusals)
    // What it serves already it serves while it thinks: all Envoys get the same change at once, and none must leave for it.
    this.#ready ||= settled
    this.#failed = snapshot.listeners.flatMap((listener) => this.#failuresOf(listener, missing, refusals, settled))
    clearTimeout(this.#retry)
    if (this.#failed.length > 0)
      this.#retry = setTimeout(
        () => void this.enqueue(() => this.#tryAgain(built, generation)).catch(() => {}),
        retryMs,
      )
    return this.#failed
  }

  /** Of these listeners those that do not accept connections, and were not refused. */
  async #closed({ resources }: BuiltResources, refusals: readonly Refusal[]): Promise<string[]> {
    const closed = await this.#envoy.closedListeners(resources.listener)
    return closed.filter((name) => !refusals.some((one) => one.kind === 'listener' && one.name === name))
  }

  #failuresOf(
    listener: Listener,
    missing: readonly string[],
    refusals: readonly Refusal[],
    settled: boolean,
  ): ListenerFailure[] {
    const { addresses, port, protocol, key } = listener
    return (addresses.length > 0 ? addresses : this.#options.bind).flatMap((address) => {
      const name = listenerName(protocol === 'udp' ? 'udp' : 'tcp', address, port)
      const failure = { listener: key, address }
      const secrets = secretsOf(listener)
      const refusal = refusals.find(
        (one) =>
          one.name === name || one.name.startsWith(`${name}/`) || (one.kind === 'secret' && secrets.has(one.name)),
      )
      if (refusal && isPortTaken(refusal)) return [{ ...failure, why: refusal.message.trim() }]
      const why = refusal
        ? `Envoy refuses ${refusal.kind} ${refusal.name}: ${refusal.message.trim()}`
        : settled
          ? `Envoy does not listen on ${name}`
          : 'Envoy has not taken the configuration yet'
      if (settled && !refusal && !missing.includes(name)) return []
      return [{ ...failure, why, problem: { reason: 'Invalid', message: why, path: '' } }]
    })
  }

  /** @returns whether it says something new */
  #locate(snapshot: Snapshot, refusals: readonly Refusal[]): boolean {
    // A port that is taken is no fault of the configuration: its listener tells.
    const found = refusals.filter((one) => !isPortTaken(one))
    const located = locateRefusals(found, snapshot, this.#options.bind)
    if (JSON.stringify(located) === JSON.stringify(this.#refused)) return false
    this.#refused = located
    return true
  }

  async #tryAgain(built: BuiltResources, generation: number): Promise<void> {
    if (!this.#snapshot) return
    this.#server.retry(this.#node)
    const state = () => JSON.stringify([this.#failed, this.#refused])
    const before = state()
    await this.#judge(this.#snapshot, built, generation)
    if (state() !== before) this.#options.onFailed()
  }

  #note({ streams, settled, refusals }: NodeReport): void {
    const said = refusals.map(
      ({ kind, name, message }) => `error Envoy refuses ${kind} ${name}; the rest is served: ${message.trim()}`,
    )
    for (const message of said) if (!this.#said.has(message)) this.#options.onProblem(message)
    // While it is tried again it is neither refused nor taken: no news.
    if (settled === streams) this.#said.clear()
    for (const message of said) this.#said.add(message)
    if (streams === 0) {
      this.#starting = true
      this.#envoy.restarted()
    } else if (settled === streams) {
      this.#starting = false
      // It came again, and sees something else in what it had.
      if (!this.#judging && this.#snapshot && this.#locate(this.#snapshot, refusals)) this.#options.onFailed()
    }
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return
    this.#told.add(message)
    this.#options.onProblem(message)
  }

  async metrics(): Promise<readonly MetricFamily[]> {
    const { generation, settled, refusals } = this.#server.report(this.#node)
    const byKind = Map.groupBy(refusals, ({ kind }) => kind)
    return [
      simpleMetric('headgate_envoy_generation', 'gauge', 'Configurations that Envoy was told, counted.', [
        [{}, generation],
      ]),
      simpleMetric('headgate_envoy_settled', 'gauge', 'Envoys that serve the last configuration.', [[{}, settled]]),
      simpleMetric('headgate_envoy_crashes_total', 'counter', 'How often Envoy ended by itself.', [
        [{}, this.#crashes],
      ]),
      simpleMetric('headgate_envoy_sent_bytes_total', 'counter', 'Bytes of configuration sent.', [
        [{}, this.#server.sentBytes],
      ]),
      simpleMetric(
        'headgate_envoy_refused_resources',
        'gauge',
        'Resources that Envoy refuses, by kind.',
        [...byKind].map(([kind, list]) => [{ kind }, list.length] as const),
      ),
    ]
  }

  ownMetrics(): Promise<string> {
    return this.#envoy.metrics()
  }

  async drain(timeoutMs: number): Promise<void> {
    clearTimeout(this.#retry)
    await this.#envoy.drain(timeoutMs)
    await this.#end()
  }

  async stop(): Promise<void> {
    clearTimeout(this.#retry)
    await this.#envoy.stop()
    await this.#end()
  }

  async #end(): Promise<void> {
    await this.#server.close()
    const limits = await this.#limits?.catch(() => undefined)
    limits?.[Symbol.dispose]()
    if ('program' in this.#options.envoy) rmSync(this.#folder, { recursive: true, force: true })
  }
}

function isPortTaken({ kind, message }: Refusal): boolean {
  return kind === 'listener' && /cannot bind|Address already in use|Permission denied/.test(message)
}

/** Without these no handshake comes to its end. */
function secretsOf({ key, tls }: Listener): ReadonlySet<string> {
  return new Set([...(tls?.certificates ?? []).map(certificateSecretName), clientTrustSecretName(key)])
}

/** The service that Envoy asks. Who can open its socket is who started us, as with the control plane's. */
async function openLimits(
  settings: CounterSettings,
  address: string,
  onProblem: (message: string) => void,
): Promise<Disposable> {
  const { RateLimitServer } = await import('#ratelimit/service')
  const counters = await openCounters(settings, onProblem)
  const server = new RateLimitServer(counters, ServerCredentials.createInsecure())
  await server.listen(address)
  return {
    [Symbol.dispose]() {
      server.close()
      counters.close()
    },
  }
}
