import { isDeepStrictEqual } from 'node:util'
import type { ObjectChange } from '#api'
import type { FeedReport } from '#feed'
import type { Listener } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import type { RealAddresses } from '#kube'
import type { GatewayReport, World } from '#translate'
import type { WrittenStatuses } from './written-statuses.ts'

/** A generation of a Gateway, and the listeners that came with it. */
interface Step {
  readonly generation: number
  /** Names as reports have them, with the key of each. */
  readonly listeners: ReadonlyMap<string, Listener>
  /** Of the feed: whoever serves it serves this step. */
  readonly version: number
}

/** What there is in the cluster for a Gateway. */
export interface PodFacts extends RealAddresses {
  /** With hostNetwork listeners below 1024 can't be reached. */
  readonly hostNetwork: boolean
}

/** A report, and what it was made of. */
interface Made {
  readonly served: Step | undefined
  readonly heard: FeedReport | undefined
  readonly fact: PodFacts
  readonly report: GatewayReport
}

/** Says of each Gateway what its pods have made of it: the newest step that all of them serve. */
export class PodReports {
  readonly #generations = new Map<string, number>()
  readonly #next = new Map<string, Step>()
  readonly #served = new Map<string, Step>()
  readonly #feed = new Map<string, FeedReport>()
  readonly #made = new Map<string, Made>()

  note(changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      if (!change.key.startsWith('Gateway/')) continue
      const name = change.key.slice('Gateway/'.length)
      if (change.kind === 'put') this.#generations.set(name, change.object.metadata.generation ?? 1)
      else for (const map of [this.#generations, this.#next, this.#served, this.#feed, this.#made]) map.delete(name)
    }
  }

  /** The Gateway's part was published. @param version with which it changed last */
  publish(gateway: string, listeners: readonly Listener[], version: number): void {
    const step = {
      generation: this.#generations.get(gateway) ?? 0,
      listeners: new Map(listeners.map((listener) => [listener.key.slice(gateway.length + 1), listener])),
      version,
    }
    const before = this.#next.get(gateway)
    // Routes come and go: what counts is when this set of listeners was known first.
    if (before && sameStep(before, step)) return
    this.#next.set(gateway, step)
    this.#settle(gateway)
  }

  /** What an earlier controller had seen and written down: true until its pods say something else. */
  believe(gateway: string, written: WrittenStatuses): void {
    const next = this.#next.get(gateway)
    const generation = written.generation(gateway)
    if (!next || generation === undefined) return
    const listeners = new Map([...next.listeners].filter(([name]) => written.isProgrammed(gateway, name)))
    this.#served.set(gateway, { generation, listeners, version: 0 })
    this.#settle(gateway)
  }

  heard(gateway: string, report: FeedReport): void {
    this.#feed.set(gateway, report)
    this.#settle(gateway)
  }

  /** Whether all pods that serve the Gateway serve this version; also when there are none: nobody waits for them. */
  isServed(gateway: string, version: number): boolean {
    const { proxies, version: served } = this.#feed.get(gateway) ?? { proxies: 0, version: 0 }
    return proxies === 0 || served >= version
  }

  /** @param facts of each Gateway of ours @returns the same reports as before where nothing changed */
  world(facts: ReadonlyMap<string, PodFacts>, crdVersions: readonly string[]): World {
    const gateways = new Map<string, GatewayReport>()
    for (const [gateway, fact] of facts) {
      gateways.set(gateway, this.#reportAgain(gateway, fact))
    }
    return { gateways, crdVersions }
  }

  /** What pods do not take, of all Gateways. */
  get refusals(): number {
    return [...this.#feed.values()].reduce((sum, { refused = [] }) => sum + refused.length, 0)
  }

  #settle(gateway: string): void {
    const next = this.#next.get(gateway)
    const { proxies, version } = this.#feed.get(gateway) ?? { proxies: 0, version: 0 }
    if (next && proxies > 0 && version >= next.version) this.#served.set(gateway, next)
  }

  /** Listeners may be thousands: the same report as before, while nothing that it is made of is new. */
  #reportAgain(gateway: string, fact: PodFacts): GatewayReport {
    const [served, heard] = [this.#served.get(gateway), this.#feed.get(gateway)]
    const before = this.#made.get(gateway)
    if (before && before.served === served && before.heard === heard && isDeepStrictEqual(before.fact, fact))
      return before.report
    const now = this.#report(gateway, fact)
    // The same listeners, served in a newer version: no news.
    const report = before && isDeepStrictEqual(before.report, now) ? before.report : now
    this.#made.set(gateway, { served, heard, fact, report })
    return report
  }

  #report(gateway: string, { addresses, problem, hostNetwork }: PodFacts): GatewayReport {
    const { generation, listeners } = this.#served.get(gateway) ?? { generation: -1, listeners: [] }
    const { failed = [], refused } = this.#feed.get(gateway) ?? {}
    const problems = [...listeners].map(([name, { key, port }]): [string, Problem | undefined] => {
      const failure = failed.find(({ listener }) => listener === key)
      if (failure?.cause) return [name, { reason: 'Invalid', message: failure.why, path: '' }]
      if (failure) return [name, portProblem(`port ${port} can't be opened in a pod: ${failure.why}`)]
      return [name, hostNetwork && port < 1024 ? portProblem(hostNetworkProblem(port)) : undefined]
    })
    return {
      generation,
      addresses,
      ...(problem && { problem }),
      listeners: new Map(problems),
      ...(refused && { refused }),
    }
  }
}

function sameStep(a: Step, b: Step): boolean {
  return (
    a.generation === b.generation &&
    a.listeners.size === b.listeners.size &&
    [...a.listeners.keys()].every((name) => b.listeners.has(name))
  )
}

function portProblem(message: string): Problem {
  return { reason: 'PortUnavailable', message, path: '' }
}

function hostNetworkProblem(port: number): string {
  return `port ${port} is not served in the network of a node, where pods have no right to ports below 1024: take another, or a Service`
}
