import type { GatewayParametersSpec } from '#api'

/** For which Gateway something is made. */
export interface OwnerPlan {
  readonly gateway: { readonly namespace: string; readonly name: string; readonly uid: string }
  readonly className: string
  /** Which controller it belongs to, as a label's value: see `controllerLabel`. */
  readonly controller: string
  /** `spec.infrastructure`. */
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** What is to be made in the cluster for one Gateway. */
export interface InfrastructurePlan extends OwnerPlan {
  /** Each once, sorted. */
  readonly ports: readonly ServedPort[]
  /** IP addresses that the Gateway asks for. */
  readonly addresses: readonly string[]
  readonly parameters: GatewayParametersSpec
  readonly container: ContainerPlan
}

export interface ServedPort {
  readonly port: number
  readonly transport: 'tcp' | 'udp'
  /** Where the pods listen for it. */
  readonly podPort: number
}

/** What runs in the pods. */
export interface ContainerPlan {
  readonly image: string
  readonly args: readonly string[]
  /** Where `/readyz`, `/livez` and `/metrics` are. */
  readonly adminPort: number
  /** Of the time between "end" and the end: what the pod may take. */
  readonly graceSeconds: number
  /** Files that stand beside the token, in `feedFolder`. */
  readonly files: Readonly<Record<string, string>>
  /** What carries the traffic in the place of the container itself. */
  readonly engine?: EnginePlan
}

/** A container beside ours that starts before it and ends after it: it serves until ours has drained it. */
export interface EnginePlan {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  /** Of the files in the plan those that it needs, in `engineFolder`. */
  readonly files: readonly string[]
}
