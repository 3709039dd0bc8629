import { connect, type Socket } from 'node:net'

/** A connection on which something has been said already. @param text in base64 behind `base64:`, else as it is */
export function beginSocket(place: { readonly host: string; readonly port: number }, text: string): Socket {
  const socket = connect(place)
  socket.write(text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64') : text)
  return socket
}
