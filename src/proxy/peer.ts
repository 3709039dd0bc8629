import type { Socket } from 'node:net'

/** Both ends of a connection as the client's side has them. */
export interface Peer {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
}

/** Of connections that a proxy in front has handed on with a word about whose they are. */
const told = new WeakMap<Socket, Peer>()

/** A proxy that is believed has said whose connection it is. */
export function tellPeer(socket: Socket, peer: Peer): void {
  told.set(socket, peer)
}

/** The socket that carries TLS over another has the other's peer. */
export function inheritPeer(socket: Socket, under: Socket): void {
  const peer = told.get(under)
  if (peer) told.set(socket, peer)
}

/** Who is at the other end: what a believed proxy said, else the system. */
export function peerOf(socket: Socket): Peer {
  const known = told.get(socket)
  if (known) return known
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket
  return { remoteAddress, remotePort, localAddress, localPort }
}
