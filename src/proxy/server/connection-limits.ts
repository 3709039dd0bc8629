import type { Socket } from 'node:net'
import type { Listener } from '#ir'
import type { Observer } from '../observe/observer.ts'
import { type SharedSlots, type Slot, slotName } from '../shared/slots.ts'
import { cut } from '../tcp/splice.ts'

/** How many connections are open, over all workers. */
export class ConnectionLimits {
  readonly #slots: SharedSlots
  readonly #observer: Observer
  /** Of the ports that have had a connection. */
  readonly #ports = new Map<string, Slot>()
  /** By the listener as it is now: one that goes and comes again may have another slot. */
  readonly #listeners = new WeakMap<Listener, Slot>()

  constructor(slots: SharedSlots, observer: Observer) {
    this.#slots = slots
    this.#observer = observer
  }

  /** @param limit of the port; 0: none @returns false: it is one too many. Each true is answered by one `close`. */
  open(port: string, limit: number): boolean {
    if (!take(this.#portSlot(port), limit)) return false
    this.#observer.connectionOpened()
    return true
  }

  close(port: string): void {
    this.#portSlot(port).add('connections', -1)
    this.#observer.connectionClosed()
  }

  /** Counts a connection for the listener that it turned out to be for, until it closes. @returns false: it is one too many */
  join(listener: Listener, socket: Socket): boolean {
    const limit = listener.client.maxListenerConnections
    if (!limit) return true
    const slot = this.#listenerSlot(listener)
    if (!take(slot, limit)) return false
    if (socket.closed) slot.add('connections', -1)
    else socket.once('close', () => slot.add('connections', -1))
    return true
  }

  #portSlot(port: string): Slot {
    const known = this.#ports.get(port)
    if (known) return known
    const slot = this.#slots.of(port)
    this.#ports.set(port, slot)
    return slot
  }

  #listenerSlot(listener: Listener): Slot {
    const known = this.#listeners.get(listener)
    if (known) return known
    const slot = this.#slots.of(slotName.listener(listener.key))
    this.#listeners.set(listener, slot)
    return slot
  }
}

function take(slot: Slot, limit: number): boolean {
  if (slot.add('connections', 1) <= limit || limit === 0) return true
  slot.add('connections', -1)
  return false
}

/** One too many is closed after a while, so that whoever comes again at once comes less often. Nothing is read of it meanwhile. */
export function closeLater(socket: Socket, delayMs: number): void {
  if (delayMs === 0) return cut(socket)
  socket.pause()
  socket.on('error', ignore)
  const due = setTimeout(() => socket.destroy(), delayMs).unref()
  socket.once('close', () => clearTimeout(due))
}

function ignore(): void {}
