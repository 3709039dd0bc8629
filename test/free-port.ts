import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

// Below the ports that systems choose themselves, for listeners without a port and for clients: those are taken again at any moment.
const first = 10_000
const last = 30_000
/** What this process has claimed, until it ends. */
const claims: Server[] = []

/**
 * A port of 127.0.0.1 that nobody has, and that no other test process is given while this one lives: between asking for a port
 * and listening there is time for others.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = first + Math.floor(Math.random() * (last - first))
    const claim = await claimPort(port)
    if (!claim) continue
    claims.push(claim)
    const probe = await listen({ host: '127.0.0.1', port })
    if (!probe) continue
    await closed(probe)
    return port
  }
  throw new Error('no free port')
}

/** By a name in Linux' abstract namespace, which goes with its process; elsewhere there is nothing like it. */
async function claimPort(port: number): Promise<Server | undefined> {
  if (process.platform !== 'linux') return createServer()
  const claim = await listen({ path: `\0headgate-test-port-${port}` })
  return claim?.unref()
}

/** Nothing: somebody else listens there. */
async function listen(where: { host: string; port: number } | { path: string }): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy()).listen(where)
  try {
    await once(server, 'listening')
    return server
  } catch {
    return undefined
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
