import type { Server } from 'node:net'

/** Starts to listen. @returns the port it listens on */
export function listenTcp(
  server: Server,
  { address, port, reusePort }: { readonly address: string; readonly port: number; readonly reusePort: boolean },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, reusePort, backlog: 4096 }, () => {
      server.off('error', reject)
      // An accept that fails (no file descriptors left) concerns one connection.
      server.on('error', () => {})
      const bound = server.address()
      resolve(typeof bound === 'object' && bound ? bound.port : port)
    })
  })
}
