import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { backend as certificate } from '../../src/proxy/tls/certificates.fixture.ts'
import type { EchoServer, Seen } from './echo-server.ts'

/**
 * A backend for connections: answers the first thing it is told with what it saw, as JSON, and ends. `method` says what was
 * spoken to it, `host` the server name; its certificate is for `backend`.
 */
export function startStreamEcho(
  backend: string,
  protocol: 'tcp' | 'udp',
  told: ReadonlyMap<number, string> = new Map(),
): Promise<EchoServer> {
  const notebook = new Notebook(backend, told)
  return protocol === 'udp' ? startUdp(notebook) : startTcp(notebook)
}

class Notebook {
  readonly #backend: string
  readonly #told: ReadonlyMap<number, string>
  #seen: Seen[] = []

  constructor(backend: string, told: ReadonlyMap<number, string>) {
    this.#backend = backend
    this.#told = told
  }

  note(method: string, host: string, body: string, remotePort = 0): string {
    const proxied = this.#told.get(remotePort) ?? ''
    const one: Seen = {
      backend: this.#backend,
      method,
      path: '',
      host,
      headers: {},
      body,
      sni: host,
      client: '',
      proxied,
    }
    this.#seen.push(one)
    return JSON.stringify(one)
  }

  take(): Seen[] {
    const taken = this.#seen
    this.#seen = []
    return taken
  }
}

async function startTcp(notebook: Notebook): Promise<EchoServer> {
  const open = new Set<Socket>()
  const tls = createTlsServer({ cert: certificate.chain, key: certificate.key }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => socket.end(notebook.note('tls', String(socket.servername || ''), data.toString())))
  }).on('tlsClientError', () => {})
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    socket.once('data', (data) => {
      // A TLS handshake begins with 22, which no text of a scenario does.
      if (data[0] !== 22) return socket.end(notebook.note('tcp', '', data.toString(), socket.remotePort))
      socket.pause()
      socket.unshift(data)
      tls.emit('connection', socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    takeSeen: () => notebook.take(),
    close() {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function startUdp(notebook: Notebook): Promise<EchoServer> {
  const socket = createSocket('udp4')
  socket.on('message', (data, from) => socket.send(notebook.note('udp', '', data.toString()), from.port, from.address))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    port: socket.address().port,
    takeSeen: () => notebook.take(),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
