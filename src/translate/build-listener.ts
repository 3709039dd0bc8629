import type { Listener, ListenerTls } from '#ir'
import type { GatewayModel, ListenerModel } from './gateway.ts'
import { protocolOf } from './protocols.ts'
import type { Settings } from './settings.ts'

/** A sound listener as the data plane takes it. @param owner the object it stands in: the Gateway or a ListenerSet */
export function buildListener(
  gateway: GatewayModel,
  listener: ListenerModel,
  owner: { readonly kind: string; readonly fullName: string },
  settings: Settings,
): Listener {
  const [namespace = '', name = ''] = owner.fullName.split('/')
  const protocol = protocolOf(listener.protocol)!.ir
  const { slots } = listener
  const speaksHttp = protocol === 'http' || protocol === 'https'
  return {
    key: listener.key,
    gateway: gateway.name,
    origin: { kind: owner.kind, namespace, name },
    addresses: gateway.addresses,
    port: listener.socketPort,
    protocol,
    hostname: listener.hostname,
    ...(listener.tlsMode && { tls: buildTls(listener, listener.tlsMode) }),
    client: { ...settings.client, ...(speaksHttp ? slots?.client : slots?.streams) },
  }
}

function buildTls(
  { certificates, clientValidation, tlsOptions, slots }: ListenerModel,
  mode: ListenerTls['mode'],
): ListenerTls {
  const keys = [...new Set(certificates.map(({ key }) => key))]
  // The listener's own words go before those of a policy.
  return { mode, certificates: keys, ...slots?.tls, ...(clientValidation && { clientValidation }), ...tlsOptions }
}
