import type { BackendTLSPolicy } from '#api'
import type { UpstreamTls } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { resolveAuthorities } from './authorities.ts'
import { subjectAltNames } from './backend-kinds/upstream-tls.ts'
import { rankPolicies } from './policy-rank.ts'
import type { PolicyTarget } from './policy-target.ts'
import { gatewayGroup } from './protocols.ts'
import type { Reader } from './reader.ts'
import { namespaceOf } from './store.ts'

/** A BackendTLSPolicy, understood. */
export interface TlsPolicyModel {
  /** In any case: a policy that cannot be understood lets no connection through, rather than a plaintext one. */
  readonly tls: UpstreamTls
  /** Accepted=False, Invalid or NoValidCACertificate. */
  readonly refused?: Problem
  /** ResolvedRefs=False; what the other references name counts. */
  readonly unresolved?: Problem
}

/** TLS towards a port of a backend, when a policy asks for it: one for the port goes before one for the whole object. */
export function policyTls(
  reader: Reader,
  namespace: string,
  target: PolicyTarget,
  section: string | undefined,
): UpstreamTls | undefined {
  const policy =
    (section ? tlsPolicyOn(reader, namespace, target, section) : undefined) ??
    tlsPolicyOn(reader, namespace, target, undefined)
  return policy && translateTlsPolicy(policy, reader).tls
}

/** Of the policies with one target and section, the one that counts; the others are Conflicted. */
export function tlsPolicyOn(
  reader: Reader,
  namespace: string,
  target: PolicyTarget,
  section: string | undefined,
): BackendTLSPolicy | undefined {
  const rivals = reader
    .policies('BackendTLSPolicy', namespace, target)
    .filter(({ spec }) =>
      spec.targetRefs.some((ref) => isSame(ref, target) && (ref.sectionName || undefined) === section),
    )
  return rankPolicies(rivals)[0]
}

function isSame(a: PolicyTarget, b: PolicyTarget): boolean {
  return a.group === b.group && a.kind === b.kind && a.name === b.name
}

export function translateTlsPolicy(policy: BackendTLSPolicy, reader: Reader): TlsPolicyModel {
  const { validation, options = {} } = policy.spec
  const { trust, ...problems } = translateTrust(policy, reader)
  const tls = { hostname: validation.hostname, subjectAltNames: subjectAltNames(validation) }
  const unknown = Object.keys(options).filter((key) => key.startsWith('headgate.dev/'))
  if (unknown.length === 0) return { tls: { ...tls, trust }, ...problems }
  const refused = invalid(`no such options: ${unknown.join(', ')}`)
  return { tls: { ...tls, trust: nobody(refused) }, refused }
}

function translateTrust(
  policy: BackendTLSPolicy,
  reader: Reader,
): Omit<TlsPolicyModel, 'tls'> & { readonly trust: UpstreamTls['trust'] } {
  const { caCertificateRefs = [], wellKnownCACertificates: known } = policy.spec.validation
  if (caCertificateRefs.length === 0) {
    if (known === 'System') return { trust: { kind: 'system' } }
    const refused = invalid(`wellKnownCACertificates ${known ?? ''} is not known here; possible: System`)
    return { trust: nobody(refused), refused }
  }
  const owner = { group: gatewayGroup, kind: policy.kind, namespace: namespaceOf(policy) }
  const { pem, problems } = resolveAuthorities(reader, owner, caCertificateRefs, reasons)
  const message = problems.map((problem) => problem.message).join('; ')
  const unresolved = problems[0] && { ...problems[0], message }
  if (pem !== '') return { trust: { kind: 'bundle', pem }, ...(unresolved && { unresolved }) }
  const refused = { reason: 'NoValidCACertificate', message, path: '' }
  return { trust: nobody(refused), refused, ...(unresolved && { unresolved }) }
}

const reasons = { missing: 'InvalidCACertificateRef', kind: 'InvalidKind' }

function invalid(message: string): Problem {
  return { reason: 'Invalid', message, path: '' }
}

function nobody({ message }: Problem): UpstreamTls['trust'] {
  return { kind: 'nobody', why: message }
}
