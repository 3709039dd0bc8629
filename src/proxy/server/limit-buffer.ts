import type { Socket } from 'node:net'

/** Node tells how much may wait, and takes another figure only when a socket is made, which here the system does. */
interface Written {
  readonly _writableState?: { highWaterMark: number }
}

/** How many bytes may wait for a slow client before `write` says so. Undefined: as it is. */
export function limitBuffer(socket: Socket, bytes: number | undefined): void {
  const { _writableState: state } = socket as Written
  if (bytes !== undefined && state) state.highWaterMark = bytes
}
