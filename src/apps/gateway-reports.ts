import { networkInterfaces } from 'node:os'
import type { ObjectChange, ObjectKey } from '#api'
import { gatewaysOfRefusal, type ListenerKey, type PlaneRefusal, type Snapshot } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import type { GatewayReport, StatusAddress, World } from '#translate'
import type { ListenerFailure } from './serving-host.ts'

/** Remembers the generations of Gateways, and says of each what the data plane has made of it. */
export class GatewayReports {
  readonly #bind: readonly string[]
  readonly #generations = new Map<string, number>()
  #crdVersions: readonly string[] | undefined
  #last: { readonly snapshot: Snapshot; readonly troubles: number; readonly world: World } | undefined

  constructor(bind: readonly string[]) {
    this.#bind = bind
  }

  /** @param crdVersions see World; the same list as long as it says the same */
  note(changes: readonly ObjectChange[], crdVersions?: readonly string[]): void {
    if (crdVersions !== this.#crdVersions) this.#last = undefined
    this.#crdVersions = crdVersions
    for (const change of changes) {
      const name = gatewayName(change.key)
      if (name === undefined) continue
      if (change.kind === 'delete') this.#generations.delete(name)
      else this.#generations.set(name, change.object.metadata.generation ?? 1)
      this.#last = undefined
    }
  }

  /** @returns the same object as before while listeners and sockets are the same: most changes are about routes */
  world(snapshot: Snapshot, failed: readonly ListenerFailure[], refused: readonly PlaneRefusal[] = []): World {
    const last = this.#last
    const troubles = failed.length + refused.length
    if (last && last.snapshot.listeners === snapshot.listeners && last.troubles + troubles === 0) return last.world
    const world = this.#build(snapshot, failed, refused)
    this.#last = { snapshot, troubles, world }
    return world
  }

  #build(snapshot: Snapshot, failed: readonly ListenerFailure[], refused: readonly PlaneRefusal[]): World {
    const concerned = refused.map((refusal) => ({ refusal, gateways: gatewaysOfRefusal(refusal, snapshot) }))
    const listeners = Map.groupBy(snapshot.listeners, ({ gateway }) => gateway)
    const failures = Map.groupBy(failed, ({ listener }) => listener)
    const gateways = new Map<string, GatewayReport>()
    for (const [name, generation] of this.#generations) {
      const bound = new Set<string>()
      const problems = new Map<string, Problem | undefined>()
      for (const { key, port, addresses } of listeners.get(name) ?? []) {
        const lost = failures.get(key) ?? []
        const open = (addresses.length > 0 ? addresses : this.#bind).filter(
          (address) => !lost.some((failure) => failure.address === address),
        )
        for (const address of open) bound.add(address)
        // One address is enough for a listener to be served; that the Gateway lacks another is the Gateway's to say.
        problems.set(
          nameInReport(key, name),
          open.length > 0 ? undefined : (lost[0]!.problem ?? socketProblem(port, lost[0]!.why)),
        )
      }
      const own = concerned.flatMap((one) => (one.gateways.has(name) ? [one.refusal] : []))
      gateways.set(name, {
        generation,
        addresses: [...bound].flatMap(reachableAt),
        listeners: problems,
        ...(own.length > 0 && { refused: own }),
      })
    }
    return { gateways, ...(this.#crdVersions && { crdVersions: this.#crdVersions }) }
  }
}

/** `gateway-namespace/gateway/` goes; what is left is a listener's name, or `namespace/set/name` (see ListenerKey). */
function nameInReport(key: ListenerKey, gateway: string): string {
  return key.slice(gateway.length + 1)
}

function gatewayName(key: ObjectKey): string | undefined {
  return key.startsWith('Gateway/') ? key.slice('Gateway/'.length) : undefined
}

function socketProblem(port: number, why: string): Problem {
  const message = why.includes('EACCES')
    ? `port ${port} can't be opened: ports below 1024 need rights; listen elsewhere with --port ${port}:${port + 8000}, or grant CAP_NET_BIND_SERVICE`
    : `port ${port} can't be opened: ${why}`
  return { reason: 'PortUnavailable', message, path: '' }
}

/** A socket on all interfaces is reached at the machine's own addresses; a machine without a network at loopback. */
function reachableAt(bound: string): StatusAddress[] {
  const wildcard = bound === '::' || bound === '0.0.0.0'
  if (!wildcard) return [{ type: 'IPAddress', value: bound }]
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(
      ({ internal, family, address }) =>
        !internal && !address.startsWith('fe80:') && (bound === '::' || family === 'IPv4'),
    )
    .map(({ address }) => address)
  return (own.length > 0 ? own : ['127.0.0.1']).map((value) => ({ type: 'IPAddress', value }))
}
