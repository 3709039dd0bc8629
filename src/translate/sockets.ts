import type { Problem } from '#kit/outcome.ts'
import type { GatewayModel, ListenerModel } from './gateway.ts'
import { protocolOf } from './protocols.ts'
import type { Settings } from './settings.ts'

/**
 * Gateways of one machine compete for its addresses and ports: who comes first (the older one, then `namespace/name`) keeps
 * them, the other's listener is refused with what to do about it.
 */
export class SocketClaims {
  readonly #settings: Settings
  readonly #owners = new Map<string, Claim>()
  /** Answers by Gateway, transport and port: listeners are many, ports are few. */
  readonly #answers = new Map<string, Problem | undefined>()

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** @returns why the listener can't have its port; undefined: it has it now */
  take(gateway: GatewayModel, listener: ListenerModel): Problem | undefined {
    const { transport } = protocolOf(listener.protocol)!
    const question = `${gateway.name} ${transport} ${listener.port}`
    if (!this.#answers.has(question)) this.#answers.set(question, this.#claim(gateway, listener))
    return this.#answers.get(question)
  }

  #claim(gateway: GatewayModel, listener: ListenerModel): Problem | undefined {
    const claim = { gateway: gateway.name, port: listener.port }
    const sockets = socketsOf(gateway, listener, this.#settings)
    const rival = sockets.map((socket) => this.#owners.get(socket)).find((owner) => owner && !sameClaim(owner, claim))
    if (rival) return portProblem(listener, claim, rival)
    for (const socket of sockets) this.#owners.set(socket, claim)
    return undefined
  }
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
