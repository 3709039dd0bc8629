import type { ObjectReference } from '#api'
import type { Certificate } from '#ir'
import { type Outcome, type Problem, problem } from '#kit/outcome.ts'
import { translateCertificate } from './certificate.ts'
import type { Reader } from './reader.ts'
import { type GrantFrom, grantAdvice, mayRefer } from './reference-grant.ts'

/** A reference to a TLS Secret -> its certificate. Reasons: InvalidCertificateRef, RefNotPermitted. */
export function resolveCertificate(reader: Reader, from: GrantFrom, ref: ObjectReference): Outcome<Certificate> {
  if (ref.group !== '' || ref.kind !== 'Secret') {
    const kind = ref.group === '' ? ref.kind : `${ref.kind}.${ref.group}`
    return problem('InvalidCertificateRef', `certificates come from Secrets, not from ${kind} ${ref.name}`)
  }
  const to = { group: '', kind: 'Secret', namespace: ref.namespace ?? from.namespace, name: ref.name }
  if (!mayRefer(reader, from, to)) return problem('RefNotPermitted', grantAdvice(from, to))
  const secret = reader.get('Secret', to.namespace, to.name)
  if (!secret) return problem('InvalidCertificateRef', `Secret ${to.namespace}/${to.name} does not exist`)
  return translateCertificate(secret)
}

/**
 * The valid ones are served, the others are problems: a forgotten Secret is told, and does not end what works. (Gateway API
 * leaves several certificates to implementations; `ResolvedRefs` is False as soon as one is invalid.)
 */
export function resolveCertificates(
  reader: Reader,
  from: GrantFrom,
  refs: readonly ObjectReference[],
): { readonly found: readonly Certificate[]; readonly problems: readonly Problem[] } {
  const found: Certificate[] = []
  const problems: Problem[] = []
  for (const ref of refs) {
    const outcome = resolveCertificate(reader, from, ref)
    if (outcome.ok) found.push(outcome.value)
    else problems.push(...outcome.problems)
  }
  return { found, problems }
}
