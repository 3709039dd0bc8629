import { compareText, type Listener } from '#ir'
import { listenerName } from './names.ts'

/** Listeners that share an address and port. */
export interface Socket {
  readonly name: string
  readonly transport: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
  /** Sorted by key. */
  readonly listeners: readonly Listener[]
}

/** The sockets that listeners ask for, sorted by name. */
export function groupSockets(listeners: readonly Listener[], bind: readonly string[]): Socket[] {
  const sockets = new Map<string, Socket & { readonly listeners: Listener[] }>()
  for (const listener of listeners) {
    const transport = listener.protocol === 'udp' ? 'udp' : 'tcp'
    for (const address of listener.addresses.length > 0 ? listener.addresses : bind) {
      const name = listenerName(transport, address, listener.port)
      const known = sockets.get(name)
      if (known) known.listeners.push(listener)
      else sockets.set(name, { name, transport, address, port: listener.port, listeners: [listener] })
    }
  }
  return [...sockets.values()].sort((a, b) => compareText(a.name, b.name))
}
