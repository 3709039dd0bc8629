import {
  gatewayNameLabel,
  type KubeClient,
  LiveObjects,
  labelValue,
  type RawObject,
  type RealAddresses,
  type Resource,
  readAddresses,
} from '#kube'
import type { GatewayPlan } from '#translate'

export interface PodAddressesOptions {
  readonly client: KubeClient
  readonly labelSelector: string
  readonly onChange: () => void
  readonly onProblem: (message: string) => void
}

/** Where Gateways are reached. Nodes and pods are watched only where that depends on them: few have the right to see nodes. */
export class PodAddresses implements Disposable {
  readonly #labelSelector: string
  readonly #live: LiveObjects

  constructor(options: PodAddressesOptions) {
    this.#labelSelector = options.labelSelector
    this.#live = new LiveObjects(options)
  }

  follow(plans: Iterable<GatewayPlan>): void {
    const resources = new Map<string, Resource>()
    for (const { parameters = {} } of plans) {
      if (parameters.hostNetwork)
        resources.set('Pod', { ...resourceOf('Pod', 'pods', true), labelSelector: this.#labelSelector })
      else if (parameters.service?.type === 'NodePort') resources.set('Node', resourceOf('Node', 'nodes', false))
    }
    this.#live.follow([...resources.values()])
  }

  get isListed(): boolean {
    return this.#live.isListed
  }

  /** @param service the Gateway's, as it is */
  read(namespace: string, name: string, plan: GatewayPlan, service: RawObject | undefined): RealAddresses {
    const pods = [...this.#live.all('Pod')].map(([, pod]) => pod)
    return readAddresses({
      parameters: plan.parameters ?? {},
      requested: plan.addresses,
      service,
      nodes: [...this.#live.all('Node')].map(([, node]) => node),
      pods: pods.filter(
        ({ metadata }) => metadata.namespace === namespace && metadata.labels?.[gatewayNameLabel] === labelValue(name),
      ),
    })
  }

  [Symbol.dispose](): void {
    this.#live[Symbol.dispose]()
  }
}

function resourceOf(kind: string, plural: string, namespaced: boolean): Resource {
  return { apiVersion: 'v1', kind, plural, namespaced, status: false }
}
