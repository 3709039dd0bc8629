import type { Problem } from '#kit/outcome.ts'
import { type Protocol, protocolOf } from './protocols.ts'

/** What decides whether listeners can be told apart (gateway_types.go, "Distinct Listeners"); `tls` never does. */
export interface Distinguishable {
  readonly name: string
  readonly port: number
  readonly protocol: string
  readonly hostname: string
}

/**
 * Conflicts inside one set of listeners: there is no winner, every listener that takes part is refused.
 * Listeners of protocols that we do not serve are no rivals.
 */
export function findConflicts<L extends Distinguishable>(listeners: readonly L[]): ReadonlyMap<L, Problem> {
  const conflicts = new Map<L, Problem>()
  for (const rivals of byPort(listeners)) {
    for (const listener of rivals) {
      const conflict = conflictOf(listener, rivals)
      if (conflict) conflicts.set(listener, conflict)
    }
  }
  return conflicts
}

function conflictOf(listener: Distinguishable, rivals: readonly Distinguishable[]): Problem | undefined {
  const socket = protocolOf(listener.protocol)!.socket
  const others = rivals.filter((other) => other !== listener)
  const otherProtocol = others.find((other) => protocolOf(other.protocol)!.socket !== socket)
  if (otherProtocol) {
    const message =
      `port ${listener.port} cannot speak ${listener.protocol} here and ${otherProtocol.protocol} ` +
      `in listener ${otherProtocol.name}: give one of them another port`
    return { reason: 'ProtocolConflict', message, path: '' }
  }
  const sameHost = others.find((other) => other.hostname === listener.hostname)
  if (!sameHost) return undefined
  // Connections without a name are told apart by the port alone.
  if (socket === 'tcp' || socket === 'udp') {
    const message = `listener ${sameHost.name} has port ${listener.port} too: a port takes one ${listener.protocol} listener`
    return { reason: 'ProtocolConflict', message, path: '' }
  }
  const host = listener.hostname === '' ? 'every hostname' : `hostname ${listener.hostname}`
  const message = `listener ${sameHost.name} has port ${listener.port} and ${host} too: requests could not be told apart`
  return { reason: 'HostnameConflict', message, path: '' }
}

function byPort<L extends Distinguishable>(listeners: readonly L[]): Iterable<readonly L[]> {
  const ports = new Map<string, L[]>()
  for (const listener of listeners) {
    const protocol: Protocol | undefined = protocolOf(listener.protocol)
    if (!protocol) continue
    const key = `${protocol.transport}/${listener.port}`
    const rivals = ports.get(key)
    if (rivals) rivals.push(listener)
    else ports.set(key, [listener])
  }
  return ports.values()
}
