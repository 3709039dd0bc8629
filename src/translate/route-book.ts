import { gatewayOfListener, type ListenerKey } from '#ir'
import { defaultGatewaysTopic } from './default-gateways.ts'
import { Dependencies, type Topic } from './dependencies.ts'
import { attachTopic, type GatewayBook } from './gateway-book.ts'
import type { PolicyModels } from './policy-models.ts'
import { type RouteModel, translateRoute } from './route.ts'
import { type RouteKind, routeKinds } from './route-kinds.ts'
import type { Features } from './rule.ts'
import { isPoliciesTopic, objectTopic, type Store, topicsOfKind } from './store.ts'

/** One route object, before and after. */
export interface RouteStep {
  readonly kind: RouteKind
  /** `namespace/name`. */
  readonly name: string
  readonly before: RouteModel | undefined
  /** Undefined: deleted. */
  readonly after: RouteModel | undefined
  /** The topics of policies that it met, before or after. */
  readonly policies: ReadonlySet<Topic>
}

/** The route objects, of all kinds. */
export class RouteBook {
  /** How many accepted routes each listener has. */
  readonly attached = new Map<ListenerKey, number>()
  readonly #store: Store
  readonly #gateways: GatewayBook
  readonly #policies: PolicyModels
  readonly #features: Features
  readonly #models = new Map<Topic, RouteModel>()
  readonly #dependencies = new Dependencies<Topic>()

  constructor(store: Store, gateways: GatewayBook, policies: PolicyModels, features: Features) {
    this.#policies = policies
    this.#store = store
    this.#gateways = gateways
    this.#features = features
  }

  /** Translates again what has changed itself or has read something that has. */
  update(touched: ReadonlySet<Topic>): readonly RouteStep[] {
    const affected = this.#dependencies.affected(touched)
    const steps: RouteStep[] = []
    for (const kind of routeKinds) {
      const names = new Set([...topicsOfKind(affected, kind.kind), ...topicsOfKind(touched, kind.kind)])
      for (const name of names) steps.push(this.#step(kind, name))
    }
    return steps
  }

  #step(kind: RouteKind, name: string): RouteStep {
    const topic = objectTopic(kind.kind, name)
    const before = this.#models.get(topic)
    const policies = new Set(this.#policiesRead(topic))
    const after = this.#translate(kind, name, topic)
    if (after) this.#models.set(topic, after)
    else this.#models.delete(topic)
    for (const listener of before?.attached ?? []) this.#count(listener, -1)
    for (const listener of after?.attached ?? []) this.#count(listener, +1)
    for (const read of this.#policiesRead(topic)) policies.add(read)
    return { kind, name, before, after, policies }
  }

  #policiesRead(route: Topic): readonly Topic[] {
    return [...(this.#dependencies.topicsOf(route) ?? [])].filter(isBelowRoutes)
  }

  /** Names of the Gateways that have accepted a route which read `topic`. */
  gatewaysReading(topic: Topic): ReadonlySet<string> {
    const gateways = new Set<string>()
    for (const route of this.#dependencies.affected([topic])) addGateways(gateways, this.#models.get(route))
    return gateways
  }

  /** Names of the Gateways that have accepted the route. */
  gatewaysOf(kind: string, name: string): ReadonlySet<string> {
    const gateways = new Set<string>()
    addGateways(gateways, this.#models.get(`${kind}/${name}`))
    return gateways
  }

  /** The routes that Gateways have accepted. */
  *attachedTo(gateways: ReadonlySet<string>): Iterable<Pick<RouteStep, 'kind' | 'name' | 'after'>> {
    for (const [topic, after] of this.#models) {
      if (![...after.attached].some((listener) => gateways.has(gatewayOfListener(listener)))) continue
      const kind = routeKinds.find((one) => topic.startsWith(`${one.kind}/`))!
      yield { kind, name: topic.slice(kind.kind.length + 1), after }
    }
  }

  #translate(kind: RouteKind, name: string, topic: Topic): RouteModel | undefined {
    const object = this.#store.find(kind.kind, name)?.object
    if (!object) {
      this.#dependencies.delete(topic)
      return undefined
    }
    const topics = new Set<Topic>()
    const find = (parent: string, namespace: string, parentName: string) => {
      topics.add(attachTopic(parent, `${namespace}/${parentName}`))
      return this.#gateways.attachPoint(parent, `${namespace}/${parentName}`)
    }
    const defaults = () => {
      topics.add(defaultGatewaysTopic)
      return this.#gateways.defaults
    }
    const model = translateRoute(object, kind, this.#policies.reader(topics), { find, defaults }, this.#features)
    this.#dependencies.set(topic, topics)
    return model
  }

  #count(listener: ListenerKey, step: 1 | -1): void {
    const count = (this.attached.get(listener) ?? 0) + step
    if (count > 0) this.attached.set(listener, count)
    else this.attached.delete(listener)
  }
}

/** Names of the Gateways and ListenerSets whose attachedRoutes may differ after `steps`. */
export function parentsOf(steps: readonly RouteStep[]): { gateways: ReadonlySet<string>; sets: ReadonlySet<string> } {
  const gateways = new Set<string>()
  const sets = new Set<string>()
  for (const { before, after } of steps) {
    for (const listener of [...left(before, after), ...left(after, before)]) {
      const [namespace, name, setNamespace, set] = listener.split('/')
      // See ListenerKey: three parts are a Gateway's own listener, five an entry of a ListenerSet.
      if (set === undefined) gateways.add(`${namespace}/${name}`)
      else sets.add(`${setNamespace}/${set}`)
    }
  }
  return { gateways, sets }
}

/** The listeners of `model` that `other` does not count for. */
function left(model: RouteModel | undefined, other: RouteModel | undefined): readonly ListenerKey[] {
  return [...(model?.attached ?? [])].filter((listener) => !other?.attached.has(listener))
}

/** Policies of Gateways hear from routes what has changed for them: they are met by too many to ask each time. */
function isBelowRoutes(topic: Topic): boolean {
  return isPoliciesTopic(topic) && !/ on (Gateway|ListenerSet)\./.test(topic)
}

function addGateways(gateways: Set<string>, model: RouteModel | undefined): void {
  for (const listener of model?.attached ?? []) {
    const [namespace, name] = listener.split('/', 2)
    gateways.add(`${namespace}/${name}`)
  }
}
