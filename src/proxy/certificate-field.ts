import type { CertificateField } from '#ir'
import { type Fields, joinField, removeField, setField } from './message.ts'
import type { ConnectionInfo } from './stream.ts'

export const certificateFieldName = 'x-forwarded-client-cert'

/**
 * X-Forwarded-Client-Cert for the backend. Which certificate a client showed is for us to say: what stands in the field is let through
 * only where a policy says so.
 */
export function writeCertificateField(
  fields: Fields,
  { certificate }: Pick<ConnectionInfo, 'certificate'>,
  how: CertificateField,
): void {
  if (how.mode === 'always') return
  if (!certificate) return removeField(fields, certificateFieldName)
  if (how.mode === 'forward') return
  const element = certificate.element(how.details)
  const before = how.mode === 'append' ? joinField(fields, certificateFieldName) : undefined
  setField(fields, certificateFieldName, before ? `${before},${element}` : element)
}
