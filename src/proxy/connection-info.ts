import type { Socket } from 'node:net'
import { peerOf } from './peer.ts'
import type { ConnectionInfo } from './stream.ts'
import { certificateOf } from './tls/client-certificate.ts'

/** What a codec of the server's side tells about its connection. */
export function connectionInfo(
  socket: Socket,
  { scheme, sni }: { readonly scheme: 'http' | 'https'; readonly sni: string },
  protocol: ConnectionInfo['protocol'],
): ConnectionInfo {
  return { ...peerOf(socket), tls: scheme === 'https', sni, protocol, certificate: certificateOf(socket) }
}
