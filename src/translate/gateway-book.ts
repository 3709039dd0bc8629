import type { Certificate, Listener, ListenerKey } from '#ir'
import { type AttachPoint, attachPoint } from './attachment.ts'
import { Dependencies, type Topic } from './dependencies.ts'
import { type GatewayModel, isSound, type ListenerModel, translateGateway } from './gateway.ts'
import { gatewayStatus } from './gateway-status.ts'
import { protocolOf } from './protocols.ts'
import { trackingReader } from './reader.ts'
import { sameValue } from './same-value.ts'
import type { Settings, World } from './settings.ts'
import { findTakenPorts } from './sockets.ts'
import type { GatewayStatus } from './status.ts'
import { type Store, topicsOfKind } from './store.ts'

/** What a batch of changes did to the Gateways. */
export interface GatewayStep {
  /** Names of Gateways that are new, different or gone. */
  readonly changed: ReadonlySet<string>
  /** What routes may have read and must read again. */
  readonly topics: readonly Topic[]
}

/** The Gateways of ours, each understood by itself and then in the light of its rivals. */
export class GatewayBook {
  readonly #store: Store
  readonly #settings: Settings
  readonly #dependencies = new Dependencies<string>()
  /** Each by itself. */
  readonly #drafts = new Map<string, GatewayModel>()
  /** After the rivalry about addresses and ports. */
  #gateways: ReadonlyMap<string, GatewayModel> = new Map()
  readonly #points = new Map<string, AttachPoint>()

  constructor(store: Store, settings: Settings) {
    this.#store = store
    this.#settings = settings
  }

  update(touched: ReadonlySet<Topic>): GatewayStep {
    const dirty = new Set([...this.#dependencies.affected(touched), ...topicsOfKind(touched, 'Gateway')])
    let changed = false
    for (const name of dirty) if (this.#draft(name)) changed = true
    return changed ? this.#settle() : { changed: new Set(), topics: [] }
  }

  names(): Iterable<string> {
    return this.#gateways.keys()
  }

  attachPoint(name: string): AttachPoint | undefined {
    return this.#points.get(name)
  }

  *listeners(): Iterable<Listener> {
    for (const gateway of this.#gateways.values()) {
      for (const listener of gateway.listeners) {
        if (isSound(gateway, listener)) yield buildListener(gateway, listener, this.#settings)
      }
    }
  }

  *certificates(): Iterable<Certificate> {
    for (const gateway of this.#gateways.values()) {
      for (const listener of gateway.listeners) if (isSound(gateway, listener)) yield* listener.certificates
    }
  }

  /** @returns undefined when it is gone or no longer ours */
  status(name: string, attached: ReadonlyMap<ListenerKey, number>, world: World): GatewayStatus | undefined {
    const gateway = this.#gateways.get(name)
    return gateway && gatewayStatus(gateway, attached, world.gateways.get(name))
  }

  /** @returns whether anything about it is new */
  #draft(name: string): boolean {
    const before = this.#drafts.get(name)
    const object = this.#store.find('Gateway', name)?.object
    const topics = new Set<Topic>()
    const draft = object && translateGateway(object, trackingReader(this.#store, topics), this.#settings)
    if (object) this.#dependencies.set(name, topics)
    else this.#dependencies.delete(name)
    if (draft) {
      if (sameValue(before, draft)) return false
      this.#drafts.set(name, draft)
      return true
    }
    return this.#drafts.delete(name)
  }

  #settle(): GatewayStep {
    const taken = findTakenPorts(this.#drafts.values(), this.#settings)
    const before = this.#gateways
    const settled = [...this.#drafts].map(([name, draft]) => [name, refuse(draft, taken)] as const)
    this.#gateways = new Map(settled.sort(([a], [b]) => (a < b ? -1 : 1)))
    const changed = new Set<string>()
    const topics: Topic[] = []
    for (const name of new Set([...before.keys(), ...this.#gateways.keys()])) {
      const gateway = this.#gateways.get(name)
      if (sameValue(before.get(name), gateway)) continue
      changed.add(name)
      const point = gateway && attachPoint(gateway, (listener) => isSound(gateway, listener))
      // A new certificate is no news to routes.
      if (sameValue(this.#points.get(name), point)) continue
      if (point) this.#points.set(name, point)
      else this.#points.delete(name)
      topics.push(attachTopic('Gateway', name))
    }
    return { changed, topics }
  }
}

/** What a route has read when it looked for a parent. @param name `namespace/name` */
export function attachTopic(kind: string, name: string): Topic {
  return `attach to ${kind}/${name}`
}

function refuse(draft: GatewayModel, taken: ReturnType<typeof findTakenPorts>): GatewayModel {
  if (!draft.listeners.some((listener) => taken.has(listener))) return draft
  const listeners = draft.listeners.map((listener) => {
    const refused = taken.get(listener)
    return refused ? { ...listener, refused } : listener
  })
  return { ...draft, listeners }
}

function buildListener(gateway: GatewayModel, listener: ListenerModel, settings: Settings): Listener {
  const [namespace = '', name = ''] = gateway.name.split('/')
  const protocol = protocolOf(listener.protocol)!.ir
  const certificates = [...new Set(listener.certificates.map(({ key }) => key))]
  return {
    key: listener.key,
    gateway: gateway.name,
    origin: { kind: 'Gateway', namespace, name },
    addresses: gateway.addresses,
    port: listener.socketPort,
    protocol,
    hostname: listener.hostname,
    ...(listener.tlsMode && { tls: { mode: listener.tlsMode, certificates } }),
    client: settings.client,
  }
}
