import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerCredentials } from '@grpc/grpc-js'
import { type BuiltResources, buildResources, type ResourceOptions, usualSystemTrust } from '#envoy'
import { EnvoyProcess, XdsServer } from '#envoy/control'
import { envoyFilters } from '#features/envoy.ts'
import { filterOrder } from '#features/order.ts'
import type { Snapshot } from '#ir'
import type { RunningPlane } from '../../scenario/play-traffic.ts'

const node = 'test/gateway'
const patienceMs = 20_000

/** One Envoy of our own with its control plane; it is given one snapshot after the other. */
export class EnvoyPlane {
  readonly process: EnvoyProcess
  readonly server: XdsServer
  readonly log: string[] = []
  readonly crashes: string[] = []
  readonly #folder: string
  readonly #options: Partial<ResourceOptions>
  readonly #ports = new Map<string, number>()

  private constructor(program: string, folder: string, options: Partial<ResourceOptions>) {
    this.#folder = folder
    this.#options = options
    this.server = new XdsServer({ credentials: ServerCredentials.createInsecure(), graceMs: 500 })
    this.process = new EnvoyProcess({
      program,
      folder,
      concurrency: 1,
      node,
      xds: { kind: 'unix', path: `${folder}/xds.sock` },
      onLog: (line) => this.log.push(line),
      onCrash: (how) => this.crashes.push(how),
    })
  }

  static async start(program: string, options: Partial<ResourceOptions> = {}): Promise<EnvoyPlane> {
    const folder = mkdtempSync(path.join(tmpdir(), 'headgate-envoy-'))
    const plane = new EnvoyPlane(program, folder, options)
    await plane.server.listen(`unix:${folder}/xds.sock`)
    plane.process.start()
    return plane
  }

  /**
   * Resolves when Envoy serves it all; fails when it refuses any of it.
   * @param fresh whether the Gateway's ports are new ones: two scenarios have nothing in common
   */
  async serve(snapshot: Snapshot, fresh = true): Promise<RunningPlane & BuiltResources> {
    if (fresh) this.#ports.clear()
    for (const { protocol, port } of snapshot.listeners) {
      const transport = protocol === 'udp' ? 'udp' : 'tcp'
      const key = `${transport}/${port}`
      if (!this.#ports.has(key)) this.#ports.set(key, await findFreePort(transport))
    }
    const built = buildResources(snapshot, {
      filters: envoyFilters,
      filterOrder,
      bind: ['127.0.0.1'],
      bindPort: (port, transport) => this.#ports.get(`${transport}/${port}`) ?? port,
      systemTrust: usualSystemTrust,
      virtualHosts: 'apart',
      ...this.#options,
    })
    const generation = this.server.publish(node, built.resources)
    await this.#until(() => {
      const report = this.server.report(node)
      assert.deepEqual(report.refusals, [], 'Envoy refuses resources')
      return report.generation === generation && report.streams > 0 && report.settled === report.streams
    })
    const { listener } = built.resources
    await this.#until(
      async () => (await this.process.admin.ready()) && (await this.process.closedListeners(listener)).length === 0,
    )
    return {
      ...built,
      portFor: (port, transport = 'tcp') => {
        const bound = this.#ports.get(`${transport}/${port}`)
        if (bound === undefined) throw new Error(`nothing listens for ${transport} port ${port}`)
        return bound
      },
      close: async () => {},
    }
  }

  async #until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + patienceMs
    while (!(await holds())) {
      assert.ok(
        Date.now() < end,
        `Envoy does not get there: ${JSON.stringify(this.server.report(node))} ${this.log.join('\n')}`,
      )
      await sleep(5)
    }
  }

  async close(): Promise<void> {
    await this.process.stop()
    await this.server.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Below the range from which the system takes ports for connections, so that nobody takes it before Envoy does. */
let nextPort = 20_000 + (process.pid % 400) * 25

async function findFreePort(transport: 'tcp' | 'udp'): Promise<number> {
  for (;;) {
    nextPort = nextPort >= 32_000 ? 20_000 : nextPort + 1
    if (await isFree(transport, nextPort)) return nextPort
  }
}

function isFree(transport: 'tcp' | 'udp', port: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (transport === 'udp') {
      const socket = createSocket('udp4').on('error', () => resolve(false))
      socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
      return
    }
    const server = createServer().on('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
