import { connect as connectTcp, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type PeerCertificate } from 'node:tls'
import type { Backend, Endpoint, UpstreamTls } from '#ir'
import { connectHttp1 } from '../http1/client.ts'
import { connectHttp2 } from '../http2/client.ts'
import type { ClientConnection, ClientConnectionEvents, StreamError } from '../stream.ts'

/** Opens a connection to an endpoint; `done` is called once, later, with the connection or the reason why not. */
export type Connect = (
  backend: Backend,
  endpoint: Endpoint,
  events: ClientConnectionEvents,
  done: (result: ClientConnection | StreamError) => void,
) => void

export const connectEndpoint: Connect = (backend, endpoint, events, done) => {
  if (endpoint.kind === 'dns')
    return void queueMicrotask(() => done(failure('connect_failed', `${endpoint.host} has not been resolved`)))
  const target = endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.address, port: endpoint.port }
  const tls = backend.tls
  const socket: Socket = tls
    ? connectTls({
        ...target,
        ...trustOf(tls),
        ...(isAddress(tls.hostname) ? {} : { servername: tls.hostname }),
        ALPNProtocols: [backend.protocol === 'h2c' ? 'h2' : 'http/1.1'],
        checkServerIdentity: (_host, certificate) => checkNames(tls, certificate),
      })
    : connectTcp(target)
  socket.setNoDelay(true)

  let settled = false
  const finish = (result: ClientConnection | StreamError) => {
    settled = true
    clearTimeout(timer)
    socket.off('error', onError)
    done(result)
  }
  const onError = (error: Error & { code?: string }) => {
    const code = tls && !socket.connecting && error.code !== 'ECONNREFUSED' ? 'tls_failed' : 'connect_failed'
    socket.on('error', () => {})
    socket.destroy()
    if (!settled) finish(failure(code, error.message))
  }
  const timer = setTimeout(() => {
    socket.on('error', () => {})
    socket.destroy()
    if (!settled) finish(failure('connect_timeout', `no connection within ${backend.connectTimeoutMs} ms`))
  }, backend.connectTimeoutMs)
  socket.on('error', onError)
  socket.once(tls ? 'secureConnect' : 'connect', () =>
    finish(backend.protocol === 'h2c' ? connectHttp2(socket, events) : connectHttp1(socket, events)),
  )
}

function failure(code: StreamError['code'], message: string): StreamError {
  return { code, message, unprocessed: true }
}

function trustOf(tls: UpstreamTls) {
  const identity = tls.clientCertificate && {
    cert: tls.clientCertificate.chain,
    key: tls.clientCertificate.privateKey.reveal(),
  }
  if (tls.trust.kind === 'none') return { rejectUnauthorized: false, ...identity }
  return { ...(tls.trust.kind === 'bundle' ? { ca: tls.trust.pem } : {}), ...identity }
}

/** Gateway API: with subjectAltNames the hostname is only SNI; one of the names must be in the certificate. */
function checkNames(tls: UpstreamTls, certificate: PeerCertificate): Error | undefined {
  if (tls.subjectAltNames.length === 0) return checkServerIdentity(tls.hostname, certificate)
  const uris = (certificate.subjectaltname ?? '').split(', ').filter((name) => name.startsWith('URI:'))
  for (const { kind, value } of tls.subjectAltNames) {
    if (kind === 'uri' ? uris.includes(`URI:${value}`) : checkServerIdentity(value, certificate) === undefined)
      return undefined
  }
  return new Error('none of the wanted subjectAltNames is in the certificate')
}

function isAddress(hostname: string): boolean {
  return /^[0-9.]+$/.test(hostname) || hostname.includes(':')
}
