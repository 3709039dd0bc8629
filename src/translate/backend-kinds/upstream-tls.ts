import type { BackendTLSPolicyValidation, LocalObjectReference } from '#api'
import type { UpstreamTls } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import { resolveAuthorities } from '../authorities.ts'
import type { Reader } from '../reader.ts'

/** How a backend proves who it is, in the words that Gateway API uses for BackendTLSPolicy and XBackend alike. */
export function translateValidation(
  reader: Reader,
  namespace: string,
  validation: BackendTLSPolicyValidation,
): Outcome<UpstreamTls> {
  const trust = resolveTrust(reader, namespace, validation)
  if (!trust.ok) return trust
  return ok({
    hostname: validation.hostname,
    trust: trust.value,
    subjectAltNames: subjectAltNames(validation),
  })
}

/** With names here, one of them must be in the certificate, and the hostname need not. */
export function subjectAltNames(validation: BackendTLSPolicyValidation): UpstreamTls['subjectAltNames'] {
  return (validation.subjectAltNames ?? []).map(({ type, hostname, uri }) =>
    type === 'URI' ? { kind: 'uri', value: uri ?? '' } : { kind: 'dns', value: hostname ?? '' },
  )
}

/** The bundle of everything that is named, or the platform's authorities. */
export function resolveTrust(
  reader: Reader,
  namespace: string,
  from: {
    readonly caCertificateRefs?: readonly LocalObjectReference[]
    readonly wellKnownCACertificates?: string
  },
): Outcome<UpstreamTls['trust']> {
  const refs = from.caCertificateRefs ?? []
  if (refs.length === 0) {
    if (from.wellKnownCACertificates === 'System') return ok({ kind: 'system' })
    return problem('InvalidCACertificateRef', 'name CA certificates, or set wellKnownCACertificates to System')
  }
  const owner = { group: '', kind: '', namespace }
  const { pem, problems } = resolveAuthorities(reader, owner, refs, {
    missing: 'InvalidCACertificateRef',
    kind: 'InvalidKind',
  })
  return problems.length > 0 ? { ok: false, problems } : ok({ kind: 'bundle', pem })
}
