import type { TLSSocket } from 'node:tls'
import { frame } from './frames.ts'
import type { Refusal } from './messages.ts'

/** To read the answer takes no longer; whoever goes on talking is not listened to. */
const partingMs = 1_000

/** Says why, and closes the connection. */
export function refuse(socket: TLSSocket, reason: Refusal, message: string): void {
  if (socket.writableEnded) return
  socket.end(frame(JSON.stringify({ kind: 'refused', reason, message })))
  setTimeout(() => socket.destroy(), partingMs).unref()
}
