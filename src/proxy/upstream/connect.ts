import type { Socket } from 'node:net'
import type { Backend, Endpoint } from '#ir'
import { connectHttp1 } from '../http1/client.ts'
import { connectHttp2 } from '../http2/client.ts'
import { SocketReader } from '../socket-reader.ts'
import type { ClientConnection, ClientConnectionEvents, StreamError } from '../stream.ts'
import { dial } from './dial.ts'

/** Opens a connection to an endpoint; `done` is called once, later, with the connection or the reason why not. */
export type Connect = (
  backend: Backend,
  endpoint: Endpoint,
  events: ClientConnectionEvents,
  done: (result: ClientConnection | StreamError) => void,
) => void

export const connectEndpoint: Connect = (backend, endpoint, events, done) => {
  const { protocol, tls, connectTimeoutMs } = backend
  const alpn = [protocol === 'h2c' ? 'h2' : 'http/1.1']
  const opened = (result: Socket | StreamError) => {
    if ('code' in result) done(result)
    else done(protocol === 'h2c' ? connectHttp2(result, events) : connectHttp1(result, events))
  }
  dial(endpoint, { tls, alpn, connectTimeoutMs }, opened, protocol === 'http1' ? new SocketReader() : undefined)
}
