import type { Gateway, GatewayAddress, GatewayClass } from '#api'

/**
 * What whoever makes data planes has to know of a Gateway, apart from the snapshot: planes carry traffic and never see it.
 */
export interface GatewayPlan {
  /** Of the Gateway, where there is one: what is made for it belongs to it. */
  readonly uid?: string
  /** `spec.infrastructure`: to be put on everything that is made for the Gateway. */
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** As written, those without a value included. */
  readonly addresses: readonly GatewayAddress[]
  readonly className: string
  readonly parametersRef?: ParametersRef
  readonly classParametersRef?: ParametersRef
}

interface ParametersRef {
  readonly group: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

export function planGateway({ metadata, spec }: Gateway, gatewayClass: GatewayClass): GatewayPlan {
  const { labels = {}, annotations = {}, parametersRef } = spec.infrastructure ?? {}
  const classParametersRef = gatewayClass.spec.parametersRef
  return {
    ...(metadata.uid !== undefined && { uid: metadata.uid }),
    labels,
    annotations,
    addresses: spec.addresses ?? [],
    className: spec.gatewayClassName,
    ...(parametersRef && { parametersRef }),
    ...(classParametersRef && { classParametersRef }),
  }
}
