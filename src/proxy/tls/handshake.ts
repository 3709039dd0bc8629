import { constants, createHash } from 'node:crypto'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import type { ListenerTls } from '#ir'

/**
 * What a listener asks of a handshake beside its certificates. Two listeners with different keys never share a TLS server, so
 * that nothing which OpenSSL decides before it knows the listener (versions, resumption) can be another's.
 */
export interface Handshake {
  /** Equal for equal rules, '' for none: a text to compare. */
  readonly key: string
  /** For contexts of this listener, whatever their certificate. */
  readonly context: SecureContextOptions
  readonly server: Pick<TlsOptions, 'requestCert' | 'rejectUnauthorized' | 'sessionIdContext'>
}

const plain: Handshake = { key: '', context: { minVersion: 'TLSv1.2' }, server: {} }
const known = new WeakMap<ListenerTls, Handshake>()

export function handshakeOf(tls: ListenerTls | undefined): Handshake {
  if (!tls || !rules.some((rule) => tls[rule] !== undefined)) return plain
  const before = known.get(tls)
  if (before) return before
  const handshake = compile(tls)
  known.set(tls, handshake)
  return handshake
}

function compile(tls: ListenerTls): Handshake {
  const { clientValidation, minVersion = 'TLSv1.2', maxVersion, ciphers = '', curves, signatureAlgorithms } = tls
  const text = JSON.stringify(rules.map((rule) => tls[rule] ?? null))
  const key = createHash('sha256').update(text).digest('hex').slice(0, 32)
  // A ticket would let its holder in again without a certificate, by rules that may have changed meanwhile; and OpenSSL takes a resumed
  // session of TLS 1.3 for validated even if it began where nobody asked for a certificate.
  const withoutTickets = clientValidation !== undefined || tls.resumption?.tickets === false
  return {
    key,
    context: {
      minVersion,
      ...(maxVersion && { maxVersion }),
      ...(ciphers !== '' && { ciphers }),
      ...(curves && { ecdhCurve: curves.join(':') }),
      ...(signatureAlgorithms && { sigalgs: signatureAlgorithms.join(':') }),
      ...(clientValidation && clientValidation.trust !== '' && { ca: clientValidation.trust }),
      ...(clientValidation?.revocations && { crl: clientValidation.revocations.lists }),
      ...(withoutTickets && { secureOptions: constants.SSL_OP_NO_TICKET }),
    },
    server: {
      sessionIdContext: key,
      ...(clientValidation && { requestCert: true, rejectUnauthorized: clientValidation.mode === 'strict' }),
    },
  }
}

const rules = [
  'clientValidation',
  'minVersion',
  'maxVersion',
  'ciphers',
  'curves',
  'alpn',
  'signatureAlgorithms',
  'resumption',
] as const satisfies readonly (keyof ListenerTls)[]
