import { isIP } from 'node:net'
import type { Backend } from '#ir'
import { type Message, typed } from '../message.ts'
import { backendCertificateSecretName, backendTrustSecretName } from './names.ts'
import { secretRef } from './secrets.ts'

/** The transport socket of a backend that speaks TLS. */
export function buildUpstreamTls({ key, tls, protocol, followsClient }: Backend): Message | undefined {
  if (!tls) return undefined
  const { trust, clientCertificate, hostname } = tls
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: typed('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
      // RFC 6066 3: an address is no server name.
      ...(isIP(hostname) === 0 && { sni: hostname }),
      common_tls_context: {
        // Envoy's own default ends at TLS 1.2 for connections to backends.
        tls_params: { tls_maximum_protocol_version: 'TLSv1_3' },
        // Where each request says what is spoken, so does its connection.
        ...(protocol === 'h2c' && !followsClient && { alpn_protocols: ['h2'] }),
        ...(clientCertificate && {
          tls_certificate_sds_secret_configs: [secretRef(backendCertificateSecretName(key))],
        }),
        ...(trust.kind === 'nobody' && { validation_context: nobody }),
        ...((trust.kind === 'bundle' || trust.kind === 'system') && {
          validation_context_sds_secret_config: secretRef(backendTrustSecretName(key)),
        }),
      },
    }),
  }
}

/** No certificate has this fingerprint: every handshake fails. */
const nobody: Message = { verify_certificate_hash: ['00'.repeat(32)] }
