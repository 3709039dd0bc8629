import type { Socket } from 'node:net'
import type { TcpKeepAlive } from '#ir'

/** Has TCP ask a silent peer whether it is still there. */
export function askAlive(socket: Socket, keepAlive: TcpKeepAlive | undefined): void {
  // By position: a Node before 26.4 takes the first two and leaves the others.
  if (keepAlive) socket.setKeepAlive(true, keepAlive.idleMs, keepAlive.intervalMs, keepAlive.probes)
}
