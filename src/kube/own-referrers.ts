import { type KubeObject, type ObjectKey, objectKey } from '#api'

interface Named {
  readonly name?: unknown
  readonly namespace?: unknown
}

/**
 * Whose references count: what the Gateways of other controllers refer to, and ListenerSets of theirs, is none of our business,
 * and their Secrets are not to lie in our memory.
 */
export class OwnReferrers {
  readonly #controllerName: string | undefined
  readonly #classes = new Set<string>()
  /** Gateways, each with the name of its class. */
  readonly #gateways = new Map<ObjectKey, string>()

  /** @param controllerName ours; undefined: everybody's references count */
  constructor(controllerName: string | undefined) {
    this.#controllerName = controllerName
  }

  isOurs(object: KubeObject): boolean {
    if (this.#controllerName === undefined) return true
    const { kind, spec, metadata } = object
    if (kind === 'Gateway') return this.#classes.has(classOf(object))
    if (kind !== 'ListenerSet') return true
    const { name, namespace } = ((spec as { readonly parentRef?: Named })?.parentRef ?? {}) as Named
    const home = typeof namespace === 'string' ? namespace : (metadata.namespace ?? '')
    const parent = objectKey('Gateway', home, String(name ?? ''))
    return this.#classes.has(this.#gateways.get(parent) ?? '')
  }

  /** @param object undefined: it is gone @returns the kinds of which other objects may have become ours, or not ours any more */
  note(key: ObjectKey, object: KubeObject | undefined): readonly string[] {
    if (this.#controllerName === undefined) return []
    if (key.startsWith('GatewayClass/')) return this.#noteClass(key, object)
    if (!key.startsWith('Gateway/')) return []
    const before = this.#gateways.get(key)
    if (object) this.#gateways.set(key, classOf(object))
    else this.#gateways.delete(key)
    return this.#gateways.get(key) === before ? [] : ['ListenerSet']
  }

  #noteClass(key: ObjectKey, object: KubeObject | undefined): readonly string[] {
    const name = key.slice(key.lastIndexOf('/') + 1)
    const spec = (object?.spec ?? {}) as { readonly controllerName?: unknown }
    const isOurs = spec.controllerName === this.#controllerName
    if (isOurs === this.#classes.has(name)) return []
    if (isOurs) this.#classes.add(name)
    else this.#classes.delete(name)
    return ['Gateway', 'ListenerSet']
  }
}

function classOf({ spec }: KubeObject): string {
  return String((spec as { readonly gatewayClassName?: unknown })?.gatewayClassName ?? '')
}
