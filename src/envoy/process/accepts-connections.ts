import { connect } from 'node:net'

/** Whether something accepts connections there, as a client would see it. A wildcard address is asked at loopback. */
export function acceptsConnections(address: string, port: number): Promise<boolean> {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 })
    const done = (accepts: boolean) => {
      socket.destroy()
      resolve(accepts)
    }
    socket.once('connect', () => done(true))
    socket.once('timeout', () => done(false))
    socket.once('error', () => done(false))
  })
}
