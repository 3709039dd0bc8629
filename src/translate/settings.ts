import type { ClientSettings, PlaneRefusal } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import type { PlaneName } from './policy-slice.ts'
import type { StatusAddress } from './status.ts'

/** What the one who runs us decides once, outside the objects. */
export interface Settings {
  /** We act for the GatewayClasses that carry this name. */
  readonly controllerName: string
  /** How listeners treat clients: defaults and command-line flags. */
  readonly client: ClientSettings
  /** Listen elsewhere than the Gateways ask: 80 -> 8080. parentRef.port still means the Gateway's own number. */
  readonly ports?: ReadonlyMap<number, number>
  /** Addresses that Gateways without `spec.addresses` get; needed to see that another Gateway asks for one of them by name. */
  readonly defaultAddresses?: readonly string[]
  /**
   * Where each Gateway gets an address of its own: the one of a Gateway (`namespace/name`) that names none, the same each time;
   * undefined when there are no more. Left out: Gateways without `spec.addresses` share the default addresses.
   */
  readonly addressFor?: (gateway: string) => string | undefined
  /** 'shared' (the default): all Gateways live on one machine and compete for its ports. 'own': each has a data plane of its own. */
  readonly sockets?: 'shared' | 'own'
  /** Of the Gateways whose parameters name none; left out: nobody refuses anything there. */
  readonly plane?: PlaneName
}

/** What the data plane reports back. What is missing is not known yet. */
export interface World {
  /** By `namespace/name`. */
  readonly gateways: ReadonlyMap<string, GatewayReport>
  /** The bundle-version of each CRD of Gateway API in the cluster, '' where there is none; left out: there is no cluster. */
  readonly crdVersions?: readonly string[]
}

export interface GatewayReport {
  /** The Gateway's generation that every worker serves. */
  readonly generation: number
  readonly addresses: readonly StatusAddress[]
  /** Why nothing of the Gateway can be reached, or not where it asks for: Programmed=False. */
  readonly problem?: Problem
  /** By listener name, `namespace/set/name` for the entries of ListenerSets: why it is not served; undefined: it is. */
  readonly listeners: ReadonlyMap<string, Problem | undefined>
  /** What of its configuration the plane does not take. */
  readonly refused?: readonly PlaneRefusal[]
}
