import { connect as connectTcp, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type PeerCertificate } from 'node:tls'
import type { Endpoint, TcpKeepAlive, UpstreamTls } from '#ir'
import { attachReader, type SocketReader } from '../socket-reader.ts'
import type { StreamError } from '../stream.ts'
import { type ClientPlace, encodeProxyHeader } from './proxy-header.ts'
import { secureContextOf } from './secure-context.ts'

export interface Dialled {
  readonly connectTimeoutMs: number
  readonly tls?: UpstreamTls | undefined
  /** Protocols to offer in the TLS handshake. */
  readonly alpn?: readonly string[]
  /** The peer may end its side while we go on writing. */
  readonly allowHalfOpen?: boolean
  readonly tcpKeepAlive?: TcpKeepAlive | undefined
  /** Bytes that wait for the socket before `write` says that it is slow. Default: Node's. */
  readonly bufferBytes?: number | undefined
  readonly proxyProtocol?: 1 | 2 | undefined
  /** Whose connection it will be, where there is a client. */
  readonly from?: ClientPlace | undefined
}

/**
 * Opens a socket to an endpoint, TLS and all; `done` is called once, later, with the socket or the reason why not.
 * @returns gives the attempt up: `done` is not called any more
 */
export function dial(
  endpoint: Endpoint,
  how: Dialled,
  done: (result: Socket | StreamError) => void,
  reader?: SocketReader,
): () => void {
  const { tls, connectTimeoutMs, proxyProtocol, tcpKeepAlive } = how
  let settled = false
  const hopeless = whyHopeless(endpoint, tls)
  if (endpoint.kind === 'dns' || hopeless) {
    queueMicrotask(() => {
      if (!settled && hopeless) done(hopeless)
    })
    return () => {
      settled = true
    }
  }
  const place = endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.address, port: endpoint.port }
  const target = {
    ...place,
    allowHalfOpen: how.allowHalfOpen ?? false,
    ...(how.bufferBytes !== undefined && { writableHighWaterMark: how.bufferBytes }),
  }
  const tcp = tls && proxyProtocol === undefined ? undefined : connectTcp(withReader(target, tls ? undefined : reader))
  let socket: Socket = tcp ?? connectTls({ ...target, ...tlsOptions(tls!, how.alpn) })
  if (reader && !tls) attachReader(socket, reader)
  socket.setNoDelay(true)
  if (tcpKeepAlive) {
    // By position: a Node before 26.4 takes the first two and leaves the others.
    socket.setKeepAlive(true, tcpKeepAlive.idleMs, tcpKeepAlive.intervalMs, tcpKeepAlive.probes)
  }

  const settle = () => {
    settled = true
    clearTimeout(timer)
    socket.off('error', onError)
  }
  const fail = (code: StreamError['code'], message: string) => {
    socket.on('error', ignore)
    socket.destroy()
    if (settled) return
    settle()
    done(failure(code, message))
  }
  const onError = (error: Error & { code?: string }) =>
    fail(tls && !socket.connecting && error.code !== 'ECONNREFUSED' ? 'tls_failed' : 'connect_failed', error.message)
  const timer = setTimeout(
    () => fail('connect_timeout', `no connection within ${connectTimeoutMs} ms`),
    connectTimeoutMs,
  )
  socket.on('error', onError)
  const open = () => {
    if (settled) return
    settle()
    done(socket)
  }
  if (proxyProtocol === undefined) socket.once(tls ? 'secureConnect' : 'connect', open)
  else
    socket.once('connect', () => {
      socket.write(encodeProxyHeader(proxyProtocol, how.from))
      if (!tls) return open()
      // Ahead of the handshake, as who reads it does not know of TLS yet.
      socket.off('error', onError)
      const under = socket
      under.on('error', ignore)
      socket = connectTls({ ...target, socket: under, ...tlsOptions(tls, how.alpn) })
      socket.on('error', onError)
      socket.once('secureConnect', open)
    })
  return () => {
    settle()
    socket.on('error', ignore)
    socket.destroy()
  }
}

function withReader<T extends object>(target: T, reader: SocketReader | undefined) {
  return reader ? { ...target, onread: reader.onread } : target
}

function tlsOptions(tls: UpstreamTls, alpn: readonly string[] | undefined) {
  return {
    secureContext: secureContextOf(tls),
    rejectUnauthorized: tls.trust.kind !== 'none',
    ...(isAddress(tls.hostname) ? {} : { servername: tls.hostname }),
    ...(alpn && { ALPNProtocols: [...alpn] }),
    checkServerIdentity: (_host: string, certificate: PeerCertificate) => checkNames(tls, certificate),
  }
}

/** Why there is no need to try. */
function whyHopeless(endpoint: Endpoint, tls: UpstreamTls | undefined): StreamError | undefined {
  if (tls?.trust.kind === 'nobody') return failure('tls_failed', tls.trust.why)
  if (endpoint.kind === 'dns') return failure('connect_failed', `${endpoint.host} has not been resolved`)
  try {
    if (tls) secureContextOf(tls)
    return undefined
  } catch (error) {
    // OpenSSL refuses what looked right so far, such as a key that is too short.
    return failure('tls_failed', error instanceof Error ? error.message : String(error))
  }
}

function ignore(): void {}

function failure(code: StreamError['code'], message: string): StreamError {
  return { code, message, unprocessed: true }
}

/** Gateway API: with subjectAltNames the hostname is only SNI; one of the names must be in the certificate. */
function checkNames(tls: UpstreamTls, certificate: PeerCertificate): Error | undefined {
  if (tls.subjectAltNames.length === 0) return checkServerIdentity(tls.hostname, certificate)
  const uris = uriNames(certificate.subjectaltname ?? '')
  for (const { kind, value } of tls.subjectAltNames) {
    if (kind === 'uri' ? uris.includes(value) : checkServerIdentity(value, certificate) === undefined) return undefined
  }
  return new Error('none of the wanted subjectAltNames is in the certificate')
}

/** Names with a comma or a quote stand in quotes, as JSON; who splits at commas can be told names that are not there. */
function uriNames(altNames: string): string[] {
  const names = altNames.matchAll(/([A-Za-z0-9 .]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/gy)
  return [...names].flatMap(([, kind, value = '']) => {
    if (kind !== 'URI') return []
    return [value.startsWith('"') ? String(JSON.parse(value)) : value]
  })
}

function isAddress(hostname: string): boolean {
  return /^[0-9.]+$/.test(hostname) || hostname.includes(':')
}
