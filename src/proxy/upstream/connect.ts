import type { Socket } from 'node:net'
import type { Backend, Endpoint } from '#ir'
import { connectHttp1 } from '../http1/client.ts'
import { connectHttp2, type Http2ClientOptions } from '../http2/client.ts'
import { SocketReader } from '../socket-reader.ts'
import type { ClientConnection, ClientConnectionEvents, StreamError } from '../stream.ts'
import { dial } from './dial.ts'
import type { ClientPlace } from './proxy-header.ts'

/**
 * Opens a connection to an endpoint; `done` is called once, later, with the connection or the reason why not.
 * @param from the client whose requests it will carry, where it is one's alone
 */
export type Connect = (
  backend: Backend,
  endpoint: Endpoint,
  events: ClientConnectionEvents,
  done: (result: ClientConnection | StreamError) => void,
  from?: ClientPlace,
) => void

export const connectEndpoint: Connect = (backend, endpoint, events, done, from) => {
  const { protocol, tls, connectTimeoutMs, tcpKeepAlive, bufferBytes, proxyProtocol } = backend
  const alpn = [protocol === 'h2c' ? 'h2' : 'http/1.1']
  const opened = (result: Socket | StreamError) => {
    if ('code' in result) done(result)
    else done(protocol === 'h2c' ? connectHttp2(result, events, http2Options(backend)) : connectHttp1(result, events))
  }
  const how = { tls, alpn, connectTimeoutMs, tcpKeepAlive, bufferBytes, proxyProtocol, from }
  dial(endpoint, how, opened, protocol === 'http1' ? new SocketReader() : undefined)
}

function http2Options({ http2 = {} }: Backend): Partial<Http2ClientOptions> {
  const { streamWindow, connectionWindow, maxStreams, ping } = http2
  return {
    ...(streamWindow !== undefined && { streamWindow }),
    ...(connectionWindow !== undefined && { connectionWindow }),
    ...(maxStreams !== undefined && { maxConcurrentStreams: maxStreams }),
    ...(ping && { ping }),
  }
}
