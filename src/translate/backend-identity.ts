import type { Gateway } from '#api'
import type { CertificateKey } from '#ir'
import { type Outcome, ok } from '#kit/outcome.ts'
import { resolveCertificate } from './certificate-refs.ts'
import { gatewayGroup } from './protocols.ts'
import type { Reader } from './reader.ts'
import type { GrantFrom } from './reference-grant.ts'
import { namespaceOf } from './store.ts'

/**
 * Who the Gateway is to its backends: the Secret that spec.tls.backend.clientCertificateRef names. Reasons:
 * InvalidClientCertificateRef, RefNotPermitted. While it is invalid, backends see no certificate and may refuse us.
 */
export function resolveIdentity(gateway: Gateway, reader: Reader): Outcome<CertificateKey | undefined> {
  const ref = gateway.spec.tls?.backend?.clientCertificateRef
  if (!ref) return ok(undefined)
  const found = resolveCertificate(reader, grantFrom(gateway), ref)
  if (found.ok) return ok(found.value.key)
  return {
    ok: false,
    problems: found.problems.map((problem) =>
      problem.reason === 'InvalidCertificateRef' ? { ...problem, reason: 'InvalidClientCertificateRef' } : problem,
    ),
  }
}

/** The Gateway as the one who refers to things in other namespaces. */
export function grantFrom(gateway: Gateway): GrantFrom {
  return { group: gatewayGroup, kind: 'Gateway', namespace: namespaceOf(gateway) }
}
