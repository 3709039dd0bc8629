import type { Listener } from '#ir'
import { type Message, typed } from '../message.ts'
import { certificateSecretName, clientTrustSecretName } from './names.ts'
import { secretRef } from './secrets.ts'

/** The transport socket of a listener where TLS ends; undefined where it does not. */
export function buildDownstreamTls({ key, tls, protocol }: Listener): Message | undefined {
  if (tls?.mode !== 'terminate') return undefined
  const { clientValidation, minVersion = 'TLSv1.2', maxVersion, ciphers, curves, signatureAlgorithms } = tls
  const resumption = clientValidation ? { tickets: false, ids: false } : tls.resumption
  const suites = ciphers ? ciphers.split(':').filter((name) => knownSuites.has(name)) : []
  // Suites that Envoy does not know would make it refuse the listener. Those of TLS 1.3 are not to be chosen; where nothing else
  // was wanted, nothing else is offered.
  const only13 = minVersion === 'TLSv1.3' || (ciphers && suites.length === 0 && maxVersion !== 'TLSv1.2')
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
      common_tls_context: {
        tls_params: {
          tls_minimum_protocol_version: only13 ? 'TLSv1_3' : 'TLSv1_2',
          ...(maxVersion && { tls_maximum_protocol_version: maxVersion.replace('.', '_') }),
          ...(suites.length > 0 && { cipher_suites: suites }),
          ...(curves && { ecdh_curves: curves }),
          ...(signatureAlgorithms && { signature_algorithms: signatureAlgorithms }),
        },
        // A tunnel offers none: the backend behind it speaks what it speaks.
        ...(protocol === 'https' && { alpn_protocols: tls.alpn ?? ['h2', 'http/1.1'] }),
        tls_certificate_sds_secret_configs: tls.certificates.map((one) => secretRef(certificateSecretName(one))),
        ...(clientValidation && { validation_context_sds_secret_config: secretRef(clientTrustSecretName(key)) }),
      },
      ...(clientValidation && {
        require_client_certificate: clientValidation.mode === 'strict' || clientValidation.mode === 'any',
      }),
      // With client certificates never: a ticket would let its holder in again without one.
      ...(resumption?.tickets === false && { disable_stateless_session_resumption: true }),
      ...(resumption?.ids === false && { disable_stateful_session_resumption: true }),
    }),
  }
}

/** What BoringSSL has for TLS 1.2, by OpenSSL's names. */
const knownSuites = new Set(
  ['ECDHE-ECDSA-', 'ECDHE-RSA-', ''].flatMap((kind) =>
    [
      ...(kind === '' ? [] : ['CHACHA20-POLY1305']),
      'AES128-GCM-SHA256',
      'AES256-GCM-SHA384',
      'AES128-SHA',
      'AES256-SHA',
    ].map((cipher) => kind + cipher),
  ),
)
