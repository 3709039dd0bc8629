import type { Socket } from 'node:net'
import { type Hello, parseHello } from './client-hello.ts'

/**
 * Waits for the ClientHello of a new connection and gives the bytes back to the socket, so that whoever takes the
 * connection reads it from its beginning. Time is bounded by the timeout that the socket has.
 */
export function sniffHello(socket: Socket, done: (hello: Exclude<Hello, { kind: 'more' }>) => void): void {
  let first: Buffer | undefined
  const read = (chunk: Buffer): void => {
    first = first ? Buffer.concat([first, chunk]) : chunk
    const hello = parseHello(first)
    if (hello.kind === 'more') return
    socket.off('data', read)
    socket.off('end', giveUp)
    socket.pause()
    socket.unshift(first)
    done(hello)
  }
  const giveUp = () => done({ kind: 'malformed', why: 'the client ended before its ClientHello' })
  socket.on('data', read)
  socket.once('end', giveUp)
  // It may have been paused by whoever looked at it before.
  socket.resume()
}
