import type { CertificateField } from '#ir'
import type { Message } from '../message.ts'

const modes = {
  forward: 'FORWARD_ONLY',
  append: 'APPEND_FORWARD',
  set: 'SANITIZE_SET',
  always: 'ALWAYS_FORWARD_ONLY',
} as const

/** X-Forwarded-Client-Cert; Envoy takes it away where nothing is said. */
export function buildCertificateField(field: CertificateField | undefined): Message {
  if (!field) return {}
  const tells = field.mode === 'append' || field.mode === 'set'
  return {
    forward_client_cert_details: modes[field.mode],
    ...(tells && { set_current_client_cert_details: Object.fromEntries(field.details.map((one) => [one, true])) }),
  }
}
