import type { BackendTLSPolicyValidation, LocalObjectReference } from '#api'
import type { UpstreamTls } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { Reader } from '../reader.ts'

/** How a backend proves who it is, in the words that Gateway API uses for BackendTLSPolicy and XBackend alike. */
export function translateValidation(
  reader: Reader,
  namespace: string,
  validation: BackendTLSPolicyValidation,
): Outcome<UpstreamTls> {
  const trust = resolveTrust(reader, namespace, validation)
  if (!trust.ok) return trust
  const subjectAltNames = (validation.subjectAltNames ?? []).map(({ type, hostname, uri }) =>
    type === 'URI' ? { kind: 'uri' as const, value: uri ?? '' } : { kind: 'dns' as const, value: hostname ?? '' },
  )
  return ok({ hostname: validation.hostname, trust: trust.value, subjectAltNames })
}

/** The bundle of every ConfigMap that is named, or the platform's authorities. */
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
  const bundle: string[] = []
  for (const ref of refs) {
    if (ref.group !== '' || ref.kind !== 'ConfigMap')
      return problem('InvalidKind', `CA certificates come from ConfigMaps, not from ${ref.kind} ${ref.name}`)
    const pem = reader.get('ConfigMap', namespace, ref.name)?.data?.['ca.crt']
    if (!pem?.includes('-----BEGIN CERTIFICATE-----')) {
      const message = `ConfigMap ${namespace}/${ref.name} does not exist or has no PEM certificate under ca.crt`
      return problem('InvalidCACertificateRef', message)
    }
    bundle.push(pem.trim())
  }
  return ok({ kind: 'bundle', pem: `${bundle.join('\n')}\n` })
}
