import { createSocket } from 'node:dgram'
import { createServer, isIPv6 } from 'node:net'

/**
 * Whether another program already listens there. SO_REUSEPORT would let two Headgates of one user share a port without a
 * word, each taking half of the other's requests; a probe without it is refused by the kernel.
 * Every other obstacle (a port that needs rights, an address of another machine) is for the workers to meet.
 */
export function portIsTaken(host: string, port: number, transport: 'tcp' | 'udp'): Promise<boolean> {
  return transport === 'udp' ? udpIsTaken(host, port) : tcpIsTaken(host, port)
}

function tcpIsTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(false)))
  })
}

function udpIsTaken(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      resolve(error.code === 'EADDRINUSE')
    })
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(false)))
  })
}
