import { isIP } from 'node:net'
import type { Backend, Certificate, Listener } from '#ir'
import type { Message } from '../message.ts'
import { buildClientValidation } from './client-validation.ts'
import {
  backendCertificateSecretName,
  backendTrustSecretName,
  certificateSecretName,
  clientTrustSecretName,
} from './names.ts'

/** Where Envoy fetches what it is told by name. */
export const ads: Message = { ads: {}, resource_api_version: 'V3' }

/** A reference to a secret; it may change without its listener or cluster. */
export function secretRef(name: string): Message {
  return { name, sds_config: ads }
}

export function buildCertificate({ key, chain, privateKey }: Certificate): Message {
  return {
    name: certificateSecretName(key),
    tls_certificate: {
      certificate_chain: { inline_string: chain },
      private_key: { inline_string: privateKey.reveal() },
    },
  }
}

/** Whose clients a listener lets in; `[]` where it asks for no certificate. */
export function buildClientTrust({ key, tls }: Listener): Message[] {
  const validation = tls?.clientValidation
  if (!validation) return []
  return [{ name: clientTrustSecretName(key), validation_context: buildClientValidation(validation) }]
}

/** @param systemTrust file with the authorities that the machine's administrator chose */
export function buildBackendSecrets({ key, tls }: Backend, systemTrust: string): Message[] {
  if (!tls) return []
  const { trust, hostname, subjectAltNames, clientCertificate } = tls
  const secrets: Message[] = []
  if (trust.kind === 'bundle' || trust.kind === 'system') {
    // BackendTLSPolicy: with subjectAltNames they are the names that count, and the hostname is the SNI alone.
    const names = subjectAltNames.length > 0 ? subjectAltNames : [{ kind: 'dns', value: hostname } as const]
    secrets.push({
      name: backendTrustSecretName(key),
      validation_context: {
        trusted_ca: trust.kind === 'bundle' ? { inline_string: trust.pem } : { filename: systemTrust },
        match_typed_subject_alt_names: names.map(({ kind, value }) => ({
          san_type: kind === 'uri' ? 'URI' : isIP(value) === 0 ? 'DNS' : 'IP_ADDRESS',
          matcher: { exact: value },
        })),
      },
    })
  }
  if (clientCertificate) {
    secrets.push({
      name: backendCertificateSecretName(key),
      tls_certificate: {
        certificate_chain: { inline_string: clientCertificate.chain },
        private_key: { inline_string: clientCertificate.privateKey.reveal() },
      },
    })
  }
  return secrets
}
