import { compareAge, compareText } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { type GatewayModel, isSound, type ListenerModel } from './gateway.ts'
import { protocolOf } from './protocols.ts'
import type { Settings } from './settings.ts'

/**
 * Gateways of one machine compete for its addresses and ports: the older one keeps them (then `namespace/name`), the
 * younger one's listener is refused with what to do about it.
 * @returns the refused listeners and why
 */
export function findTakenPorts(
  gateways: Iterable<GatewayModel>,
  settings: Settings,
): ReadonlyMap<ListenerModel, Problem> {
  const taken = new Map<ListenerModel, Problem>()
  const owners = new Map<string, Claim>()
  const oldestFirst = [...gateways].sort((a, b) => compareAge(a.createdAt, b.createdAt) || compareText(a.name, b.name))
  for (const gateway of oldestFirst) {
    for (const listener of gateway.listeners) {
      if (!isSound(gateway, listener)) continue
      const claim = { gateway: gateway.name, port: listener.port }
      const sockets = socketsOf(gateway, listener, settings)
      const rival = sockets.map((socket) => owners.get(socket)).find((owner) => owner && !sameClaim(owner, claim))
      if (rival) taken.set(listener, portProblem(listener, claim, rival))
      else for (const socket of sockets) owners.set(socket, claim)
    }
  }
  return taken
}

interface Claim {
  readonly gateway: string
  readonly port: number
}

function sameClaim(a: Claim, b: Claim): boolean {
  return a.gateway === b.gateway && a.port === b.port
}

function socketsOf(gateway: GatewayModel, listener: ListenerModel, settings: Settings): readonly string[] {
  const machine = settings.sockets === 'own' ? gateway.name : ''
  const defaults = settings.defaultAddresses?.length ? settings.defaultAddresses : ['any']
  const addresses = gateway.addresses.length > 0 ? gateway.addresses : defaults
  const { transport } = protocolOf(listener.protocol)!
  return addresses.map((address) => `${machine} ${transport} ${address} ${listener.socketPort}`)
}

function portProblem(listener: ListenerModel, claim: Claim, rival: Claim): Problem {
  const port = `port ${listener.socketPort}`
  const message =
    rival.gateway === claim.gateway
      ? `${port} is already used for the listeners on port ${rival.port} of this Gateway: map port ${listener.port} elsewhere`
      : `${port} on this address belongs to Gateway ${rival.gateway}, which is older: ` +
        'give this Gateway an address of its own in spec.addresses, e.g. 127.0.0.2'
  return { reason: 'PortUnavailable', message, path: '' }
}
