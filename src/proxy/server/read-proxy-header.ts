import type { Socket } from 'node:net'
import type { ClientSettings, Listener } from '#ir'
import { tellPeer } from '../peer.ts'
import { readSocket } from '../socket-reader.ts'
import { cut } from '../tcp/splice.ts'
import { parseProxyHeader } from './proxy-header.ts'

export type ProxyProtocol = NonNullable<ClientSettings['proxyProtocol']>

/**
 * A header may say anything about who the client is, and comes before anything that tells listeners apart: it is taken where all
 * listeners of a socket ask for it, so that none of them believes strangers because a neighbour does. One that insists on it
 * counts for all.
 */
export function proxyProtocolOf(listeners: readonly Pick<Listener, 'client'>[]): ProxyProtocol | undefined {
  let found: ProxyProtocol | undefined
  for (const { client } of listeners) {
    const { proxyProtocol } = client
    if (!proxyProtocol) return undefined
    if (found !== 'required') found = proxyProtocol
  }
  return found
}

/**
 * Reads a PROXY header off a new connection, and remembers whose it is (`peerOf`). Time is bounded by the timeout that the socket
 * has. A header that is malformed, or missing where it is required, ends the connection.
 * @param done gets what was read behind it; the socket is not read meanwhile
 */
export function readProxyHeader(socket: Socket, how: ProxyProtocol, done: (rest: Buffer) => void): void {
  let first: Buffer | undefined
  const read = (chunk: Buffer): void => {
    first = first ? Buffer.concat([first, chunk]) : Buffer.from(chunk)
    const header = parseProxyHeader(first)
    if (header.kind === 'more') return
    socket.off('data', read)
    socket.off('end', giveUp)
    socket.pause()
    if (header.kind === 'malformed' || (header.kind === 'absent' && how === 'required')) return cut(socket)
    if (header.kind === 'header' && header.peer) tellPeer(socket, header.peer)
    done(header.kind === 'header' ? first.subarray(header.length) : first)
  }
  const giveUp = () => cut(socket)
  readSocket(socket, read)
  socket.once('end', giveUp)
  socket.resume()
}
