import type { Gateway, GatewayParametersSpec } from '#api'
import { protocolOf } from './protocols.ts'

/**
 * What whoever makes data planes has to know of a Gateway, apart from the snapshot: planes carry traffic and never see it.
 */
export interface GatewayPlan {
  /** Of the Gateway, where there is one: what is made for it belongs to it. */
  readonly uid?: string
  /** `spec.infrastructure`: to be put on everything that is made for the Gateway. */
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** IP addresses that the spec names; without all of them the Gateway is not programmed. */
  readonly addresses: readonly string[]
  readonly className: string
  /** Of the class and the Gateway together; absent when they are wrong. */
  readonly parameters?: GatewayParametersSpec
  /** Of its own listeners, those that can't be served just now included; ListenerSets bring more. In no order. */
  readonly ports: readonly PlannedPort[]
  /** The Gateway is not accepted: nothing new is to be made for it, and nothing taken away that it has. */
  readonly isRefused: boolean
}

export interface PlannedPort {
  readonly port: number
  readonly transport: 'tcp' | 'udp'
}

/** @param listeners its own, as understood */
export function planGateway(
  { metadata, spec }: Gateway,
  listeners: readonly { readonly socketPort: number; readonly protocol: string }[],
  resolved: {
    readonly parameters?: GatewayParametersSpec
    readonly requested: readonly string[]
    readonly isRefused: boolean
  },
): GatewayPlan {
  const { labels = {}, annotations = {} } = spec.infrastructure ?? {}
  const { parameters, requested, isRefused } = resolved
  return {
    ...(metadata.uid !== undefined && { uid: metadata.uid }),
    labels,
    annotations,
    addresses: requested,
    className: spec.gatewayClassName,
    ...(parameters && { parameters }),
    ports: listeners.flatMap(({ socketPort, protocol }) => {
      const transport = protocolOf(protocol)?.transport
      return transport ? [{ port: socketPort, transport }] : []
    }),
    isRefused,
  }
}
