import { createServer } from 'node:net'

/**
 * Whether another program already listens there. SO_REUSEPORT would let two Headgates of one user share a port without a
 * word, each taking half of the other's requests; a probe without it is refused by the kernel.
 * Every other obstacle (a port that needs rights, an address of another machine) is for the workers to meet.
 */
export function portIsTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(false)))
  })
}
