import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type SecureContextOptions } from 'node:tls'
import type { Fields, RequestHead } from '../message.ts'
import type { ServerStream, ServerStreamHandler } from '../stream.ts'
import { type Http2ServerConnection, type Http2ServerOptions, serveHttp2 } from './server.ts'

export interface Seen {
  readonly head: RequestHead
  body: number
  trailers: Fields | null
  ended: boolean
  reset: string
}

export interface EchoServer {
  readonly port: number
  readonly seen: Seen[]
  readonly connections: Set<Http2ServerConnection>
  close(): Promise<void>
}

export type Responder = (stream: ServerStream, seen: Seen) => ServerStreamHandler

export const LIMITS = {
  maxConcurrentStreams: 100,
  maxHeaderBytes: 65_536,
  maxHeaderCount: 200,
  idleTimeoutMs: 60_000,
  headerTimeoutMs: 10_000,
}

/** Sends the body back as it comes, with back-pressure; then the trailers. `/silent` is never answered. */
export const echo: Responder = (stream, seen) => {
  const { path, method } = stream.head
  if (path !== '/silent')
    stream.respond({ status: 200, fields: ['x-path', path], contentLength: -1 }, method === 'HEAD')
  const big = /^\/bytes\/(\d+)$/.exec(path)
  let left = big ? Number(big[1]) : 0
  const chunk = Buffer.alloc(65_536, 'x')
  const pour = () => {
    while (left > 0) {
      const size = Math.min(left, chunk.length)
      left -= size
      if (!stream.write(chunk.subarray(0, size))) break
    }
    if (left === 0) stream.end(null)
  }
  if (big) pour()
  return {
    onData(data) {
      seen.body += data.length
      if (path !== '/silent' && !stream.write(data)) stream.pause()
    },
    onEnd(trailers) {
      seen.trailers = trailers
      seen.ended = true
      if (path !== '/silent' && !big) stream.end(trailers)
    },
    onReset(error) {
      seen.reset = error.code
    },
    onWritable() {
      if (big) pour()
      else stream.resume()
    },
  }
}

/** Our codec behind a real socket, with what the requests looked like. */
export async function startEcho(
  options: Partial<Http2ServerOptions> & { readonly tls?: SecureContextOptions } = {},
  responder: Responder = echo,
): Promise<EchoServer> {
  const seen: Seen[] = []
  const connections = new Set<Http2ServerConnection>()
  const serve = (socket: Socket) => {
    socket.setNoDelay(true)
    const scheme = options.tls ? 'https' : 'http'
    const connection = serveHttp2(socket, { ...LIMITS, sni: '', scheme, ...options }, (stream) => {
      const one: Seen = { head: stream.head, body: 0, trailers: null, ended: false, reset: '' }
      seen.push(one)
      return responder(stream, one)
    })
    connections.add(connection)
    connection.onClose = () => connections.delete(connection)
  }
  const server: Server = options.tls
    ? createTlsServer({ ...options.tls, ALPNProtocols: ['h2'] }, serve)
    : createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    connections,
    close() {
      for (const connection of [...connections]) connection.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
