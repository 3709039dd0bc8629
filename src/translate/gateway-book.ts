import { compareText, type ListenerKey } from '#ir'
import { type AttachPoint, gatewayAttachPoint, setAttachPoint } from './attachment.ts'
import { buildListener } from './build-listener.ts'
import { defaultGatewaysTopic } from './default-gateways.ts'
import { Dependencies, type Topic } from './dependencies.ts'
import { type GatewayModel, isSound, type ListenerModel, translateGateway } from './gateway.ts'
import type { GatewayPlan } from './gateway-plan.ts'
import { gatewayStatus } from './gateway-status.ts'
import { isAcceptedSet, isSoundEntry } from './listener-set.ts'
import { ListenerSetBook } from './listener-set-book.ts'
import { listenerSetStatus } from './listener-set-status.ts'
import type { PolicyModels } from './policy-models.ts'
import type { PlaneName } from './policy-slice.ts'
import { sameValue } from './same-value.ts'
import type { ServedListeners } from './served-listeners.ts'
import type { Settings, World } from './settings.ts'
import { type Settled, settleListeners } from './settle-listeners.ts'
import type { GatewayStatus, ListenerSetStatus } from './status.ts'
import { objectTopic, type Store, topicsOfKind } from './store.ts'

/** What a batch of changes did to the Gateways and their ListenerSets. */
export interface GatewayStep {
  /** Names of Gateways that are new, different or gone. */
  readonly gateways: ReadonlySet<string>
  /** Names of ListenerSets, likewise, and those whose Gateway is different. */
  readonly sets: ReadonlySet<string>
  /** What routes may have read and must read again. */
  readonly topics: readonly Topic[]
}

const noStep: GatewayStep = { gateways: new Set(), sets: new Set(), topics: [] }

/** The Gateways of ours and their ListenerSets, each understood by itself and then in the light of its rivals. */
export class GatewayBook {
  readonly #store: Store
  readonly #policies: PolicyModels
  readonly #settings: Settings
  readonly #served: ServedListeners
  readonly #dependencies = new Dependencies<string>()
  /** Each by itself. */
  readonly #drafts = new Map<string, GatewayModel>()
  readonly #setDrafts: ListenerSetBook
  /** After the rivalry about addresses, ports and hostnames. */
  #settled: Settled = { gateways: new Map(), sets: new Map() }
  /** Accepted ListenerSets by Gateway. */
  readonly #attachedSets = new Map<string, number>()
  readonly #points = new Map<Topic, AttachPoint>()
  #defaults: readonly string[] = []

  constructor(store: Store, policies: PolicyModels, settings: Settings, served: ServedListeners) {
    this.#policies = policies
    this.#store = store
    this.#settings = settings
    this.#served = served
    this.#setDrafts = new ListenerSetBook(store, policies, settings)
  }

  update(touched: ReadonlySet<Topic>): GatewayStep {
    const dirty = new Set([...this.#dependencies.affected(touched), ...topicsOfKind(touched, 'Gateway')])
    // One that went, or wants less, leaves an address to those that found none.
    const [aGateway] = topicsOfKind(touched, 'Gateway')
    if (aGateway !== undefined)
      for (const [name, { problem }] of this.#drafts) if (problem?.reason === 'AddressNotAssigned') dirty.add(name)
    let changed = this.#setDrafts.update(touched)
    for (const name of dirty) if (this.#draft(name)) changed = true
    return changed ? this.#settle() : noStep
  }

  /** Where routes attach that name a Gateway or a ListenerSet. */
  attachPoint(kind: string, name: string): AttachPoint | undefined {
    return this.#points.get(attachTopic(kind, name))
  }

  /** Which Gateway of ours an object is, or stands in. */
  gatewayOf(kind: 'Gateway' | 'ListenerSet', name: string): string | undefined {
    const gateway = kind === 'Gateway' ? name : this.#settled.sets.get(name)?.gateway
    return gateway !== undefined && this.#settled.gateways.has(gateway) ? gateway : undefined
  }

  /** What carries its traffic. */
  planeOf(gateway: string): PlaneName | undefined {
    return this.#settled.gateways.get(gateway)?.plane
  }

  /** Names of the Gateways that take every route which asks for default Gateways, sorted. */
  get defaults(): readonly string[] {
    return this.#defaults
  }

  /** For whoever makes data planes: the Gateways of ours by name. */
  *plans(): Iterable<[name: string, plan: GatewayPlan]> {
    for (const [name, { plan }] of this.#settled.gateways) yield [name, plan]
  }

  /** Names of the Gateway's ListenerSets. */
  setsOf(gateway: string): readonly string[] {
    return this.#setDrafts.of(gateway).map(({ name }) => name)
  }

  /** @returns undefined when it is gone or no longer ours */
  status(name: string, attached: ReadonlyMap<ListenerKey, number>, world: World): GatewayStatus | undefined {
    const gateway = this.#settled.gateways.get(name)
    return gateway && gatewayStatus(gateway, attached, world.gateways.get(name), this.#attachedSets.get(name) ?? 0)
  }

  /** @returns undefined when it is gone, or its Gateway is missing or not ours */
  setStatus(name: string, attached: ReadonlyMap<ListenerKey, number>, world: World): ListenerSetStatus | undefined {
    const set = this.#settled.sets.get(name)
    const gateway = set && this.#settled.gateways.get(set.gateway)
    return gateway && listenerSetStatus(set, gateway, attached, world.gateways.get(set.gateway))
  }

  /** @returns whether anything about it is new */
  #draft(name: string): boolean {
    const before = this.#drafts.get(name)
    const object = this.#store.find('Gateway', name)?.object
    const topics = new Set<Topic>()
    const draft = object && translateGateway(object, this.#policies.reader(topics), this.#settings)
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
    const before = this.#settled
    const after = settleListeners([...this.#drafts.values()], (gateway) => this.#setDrafts.of(gateway), this.#settings)
    this.#settled = after
    const gateways = changedNames(before.gateways, after.gateways)
    const sets = changedNames(before.sets, after.sets)
    const topics: Topic[] = []
    for (const name of gateways) {
      const gateway = after.gateways.get(name)
      const sound = gateway?.listeners.filter((listener) => isSound(gateway, listener)) ?? []
      this.#serve(objectTopic('Gateway', name), gateway, sound, 'Gateway', name)
      const point = gateway && gatewayAttachPoint(gateway)
      if (this.#putPoint('Gateway', name, point)) topics.push(attachTopic('Gateway', name))
      // Its addresses and its acceptance are theirs too.
      for (const set of this.#setDrafts.of(name)) sets.add(set.name)
    }
    for (const name of sets) {
      const set = after.sets.get(name)
      const gateway = set && after.gateways.get(set.gateway)
      const sound = set?.listeners.filter((listener) => isSoundEntry(set, listener)) ?? []
      this.#serve(objectTopic('ListenerSet', name), gateway, sound, 'ListenerSet', name)
      if (this.#putPoint('ListenerSet', name, set && setAttachPoint(set))) topics.push(attachTopic('ListenerSet', name))
    }
    for (const name of this.#countSets(before, sets)) gateways.add(name)
    const defaults = [...after.gateways.values()]
      .flatMap(({ isDefault, name }) => (isDefault ? [name] : []))
      .sort(compareText)
    if (!sameValue(defaults, this.#defaults)) topics.push(defaultGatewaysTopic)
    this.#defaults = defaults
    return { gateways, sets, topics }
  }

  #serve(
    owner: Topic,
    gateway: GatewayModel | undefined,
    sound: readonly ListenerModel[],
    kind: string,
    name: string,
  ): void {
    if (!gateway || sound.length === 0) return this.#served.set(owner, undefined)
    const listeners = sound.map((listener) =>
      buildListener(gateway, listener, { kind, fullName: name }, this.#settings),
    )
    this.#served.set(owner, { listeners, certificates: sound.flatMap(({ certificates }) => certificates) })
  }

  /** @returns whether routes see a difference; a new certificate is no news to them */
  #putPoint(kind: string, name: string, point: AttachPoint | undefined): boolean {
    const topic = attachTopic(kind, name)
    if (sameValue(this.#points.get(topic), point)) return false
    if (point) this.#points.set(topic, point)
    else this.#points.delete(topic)
    return true
  }

  /** @returns the Gateways that have another number of accepted sets now */
  #countSets(before: Settled, changed: ReadonlySet<string>): readonly string[] {
    const steps = new Map<string, number>()
    for (const name of changed) {
      for (const [set, step] of [[before.sets.get(name), -1] as const, [this.#settled.sets.get(name), 1] as const]) {
        if (set && isAcceptedSet(set)) steps.set(set.gateway, (steps.get(set.gateway) ?? 0) + step)
      }
    }
    const different = [...steps].filter(([, step]) => step !== 0)
    for (const [gateway, step] of different) {
      const count = (this.#attachedSets.get(gateway) ?? 0) + step
      if (count > 0) this.#attachedSets.set(gateway, count)
      else this.#attachedSets.delete(gateway)
    }
    return different.map(([gateway]) => gateway)
  }
}

/** What a route has read when it looked for a parent. @param name `namespace/name` */
export function attachTopic(kind: string, name: string): Topic {
  return `attach to ${kind}/${name}`
}

function changedNames<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): Set<string> {
  const changed = new Set<string>()
  for (const [name, model] of after) if (!sameValue(before.get(name), model)) changed.add(name)
  for (const name of before.keys()) if (!after.has(name)) changed.add(name)
  return changed
}
