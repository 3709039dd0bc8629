import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { connectHttp1 } from '../../src/proxy/http1/client.ts'
import { serveHttp1 } from '../../src/proxy/http1/server.ts'
import type { Http1ServerConnection, Http1ServerOptions } from '../../src/proxy/http1/server-connection.ts'
import type { Fields, ResponseHead } from '../../src/proxy/message.ts'
import type {
  ClientConnection,
  ClientStream,
  ClientStreamHandler,
  ServerStream,
  ServerStreamHandler,
  StreamError,
} from '../../src/proxy/stream.ts'

export interface Gateway {
  readonly port: number
  close(): Promise<void>
}

/** The least that can stand between the two codecs: one backend, a stack of idle connections, no routes. */
export async function startMinimalGateway(
  backendPort: number,
  options: Partial<Http1ServerOptions> = {},
): Promise<Gateway> {
  const pool = new Pool(backendPort)
  const sockets = new Set<Socket>()
  const connections = new Set<Http1ServerConnection>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const connection = serveHttp1(socket, { ...DEFAULTS, ...options }, (stream) => new Forward(stream, pool))
    connections.add(connection)
    connection.onClose = () => connections.delete(connection)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const connection of connections) connection.destroy()
        pool.close()
      }),
  }
}

const DEFAULTS: Http1ServerOptions = {
  scheme: 'http',
  sni: '',
  headerTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  maxHeaderBytes: 16_384,
  maxHeaderCount: 100,
}

class Pool {
  readonly #port: number
  readonly #idle: ClientConnection[] = []
  readonly #all = new Set<ClientConnection>()

  constructor(port: number) {
    this.#port = port
  }

  take(then: (connection: ClientConnection | undefined) => void): void {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.capacity > 0) return then(idle)
    }
    const socket = connect(this.#port, '127.0.0.1')
    socket.on('error', () => {})
    socket.once('close', () => then(undefined))
    socket.once('connect', () => {
      socket.removeAllListeners('close')
      const connection = connectHttp1(socket, {
        onCapacity: (it) => this.#idle.push(it),
        onClose: (it) => this.#all.delete(it),
      })
      this.#all.add(connection)
      then(connection)
    })
  }

  close(): void {
    for (const connection of this.#all) connection.destroy()
  }
}

/** One request on its way; body bytes wait until the backend's connection is there. */
class Forward implements ServerStreamHandler {
  readonly #server: ServerStream
  #client: ClientStream | undefined
  readonly #early: Uint8Array[] = []
  #earlyEnd: { trailers: Fields | null } | undefined
  #responded = false
  #done = false

  constructor(server: ServerStream, pool: Pool) {
    this.#server = server
    server.pause()
    pool.take((connection) => {
      if (this.#done) return
      if (connection === undefined) return this.onBackendReset()
      const head = server.head
      const client = connection.open(head, head.contentLength === 0 && head.upgrade === '', this.#backend)
      this.#client = client
      for (const bytes of this.#early) client.write(bytes)
      if (this.#earlyEnd !== undefined) client.end(this.#earlyEnd.trailers)
      server.resume()
    })
  }

  readonly #backend: ClientStreamHandler = {
    onInform: (status, fields) => this.onInform(status, fields),
    onResponse: (head, end) => this.onResponse(head, end),
    onData: (chunk) => {
      if (!this.#server.write(chunk)) this.#client!.pause()
    },
    onEnd: (trailers) => {
      this.#server.end(trailers)
    },
    onReset: () => this.onBackendReset(),
    onWritable: () => this.#server.resume(),
  }

  onInform(status: number, fields: Fields): void {
    this.#server.inform(status, fields)
  }

  onResponse(head: ResponseHead, end: boolean): void {
    this.#responded = true
    this.#server.respond(head, end)
  }

  onData(chunk: Uint8Array): void {
    if (this.#client === undefined) this.#early.push(chunk)
    else if (!this.#client.write(chunk)) this.#server.pause()
  }

  onEnd(trailers: Fields | null): void {
    if (this.#client === undefined) this.#earlyEnd = { trailers }
    else this.#client.end(trailers)
  }

  onWritable(): void {
    this.#client?.resume()
  }

  onReset(_error: StreamError): void {
    this.#done = true
    this.#client?.reset('cancelled')
  }

  onBackendReset(): void {
    if (this.#responded) this.#server.reset('internal')
    else this.#server.respond({ status: 502, fields: [], contentLength: 0 }, true)
  }
}
