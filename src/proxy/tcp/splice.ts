import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/**
 * Carries what comes in at `from` out at `to`, no faster than `to` takes it. The end of one side is passed on and the other
 * goes on (half-close); a side that breaks takes the other along, so that a cut stream looks cut.
 */
export function splice(from: Socket, to: Socket, count: (bytes: number) => void): void {
  from.on('data', (chunk: Buffer) => {
    count(chunk.length)
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  // An end without a byte before it is told even to those who do not read yet.
  if (from.readableEnded) to.end()
  else from.on('end', () => to.end())
  from.on('close', (broken: boolean) => {
    if (broken || !from.readableEnded) cut(to)
  })
  from.resume()
}

/** Closes at once, by a reset where the protocol has one: what is missing was not left out on purpose. */
export function cut(socket: Socket): void {
  if (socket instanceof TLSSocket || !(socket instanceof Socket)) socket.destroy()
  else socket.resetAndDestroy()
}
