import type { Socket } from 'node:net'
import type { Listener } from '#ir'
import type { CompiledRule } from '../compile-rule.ts'
import type { CompiledStream } from '../compile-stream.ts'
import type { Observer } from '../observe/observer.ts'
import type { ListenerTable, PortTable } from '../route/port-table.ts'
import type { Accept } from '../stream.ts'
import type { TlsContexts } from '../tls/contexts.ts'

/** The listeners of one socket with their routes. */
export type SocketTable = PortTable<CompiledRule, CompiledStream>
export type SocketListener = ListenerTable<CompiledRule, CompiledStream>

/** A socket of this worker that listens, with all that is open on it, whatever it speaks. */
export interface ListeningSocket {
  /** Starts to listen. @returns the port it listens on */
  listen(): Promise<number>
  /** To be called when the listeners, their settings or their certificates have changed. */
  refresh(): void
  /** Takes nothing new; what is open ends in its own time. Resolves when all is gone. */
  drain(): Promise<void>
  destroy(): void
}

export interface SocketOptions {
  readonly address: string
  readonly port: number
  readonly reusePort: boolean
  readonly ticketKeys: Buffer | undefined
  readonly table: SocketTable
  readonly contexts: TlsContexts
  readonly observer: Observer
  readonly random: () => number
  /** Makes the handler of requests of one connection. */
  accept(sni: string): Accept
  /** False: too many connections; the new one is closed. Each true is answered by one `closed`. */
  admit(): boolean
  closed(): void
  /** The connection is this listener's. False: one too many for it, and to be closed. */
  join(listener: Listener, socket: Socket): boolean
}
