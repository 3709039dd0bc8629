import type { ObjectChange } from '#api'
import type { FilterNode } from '#ir'
import type { PlaneName } from '#translate'

type Refuses = (node: FilterNode) => string | undefined

/** Why planes can't do a node. Envoy's side takes its time to load, so it is loaded when the first Gateway may be on it. */
export class PlaneRefusals {
  #envoy: Refuses | undefined

  /** Envoy is, or may be, a plane of ours. */
  async load(): Promise<void> {
    this.#envoy ??= (await import('./envoy-refusal.ts')).refusedByEnvoy
  }

  /** To be called before the changes are translated. */
  async prepare(changes: readonly ObjectChange[]): Promise<void> {
    if (!this.#envoy && changes.some(choosesEnvoy)) await this.load()
  }

  readonly refuses = (node: FilterNode, plane: PlaneName | undefined): string | undefined =>
    plane === 'envoy' ? this.#envoy?.(node) : undefined
}

function choosesEnvoy(change: ObjectChange): boolean {
  if (change.kind !== 'put' || change.object.kind !== 'GatewayParameters') return false
  return (change.object.spec as { readonly plane?: string } | undefined)?.plane === 'envoy'
}
