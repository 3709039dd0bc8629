import type { FrontendTLSValidation, Gateway } from '#api'
import type { ClientValidation } from '#ir'
import type { Problem } from '#kit/outcome.ts'
import { resolveAuthorities } from './authorities.ts'
import { grantFrom } from './backend-identity.ts'
import type { Reader } from './reader.ts'

/** What a Gateway's spec.tls.frontend means for one HTTPS listener. */
export interface FrontendModel {
  readonly validation?: ClientValidation
  /** Some reference to CA certificates is invalid: ResolvedRefs=False; the others count. */
  readonly unresolved?: Problem
  /** All of them are: Accepted=False, for serving without the check that was asked for would let anybody in. */
  readonly refused?: Problem
}

/**
 * The rule for client certificates on a port: its own, else the default. A port's entry without validation takes the
 * default's away (gateway_types.go, FrontendTLSConfig.perPort: it overrides).
 */
export function translateFrontend(gateway: Gateway, port: number, reader: Reader): FrontendModel {
  const frontend = gateway.spec.tls?.frontend
  const own = frontend?.perPort?.find((entry) => entry.port === port)
  const validation = own ? own.tls.validation : frontend?.default.validation
  if (!validation) return {}
  const { pem, problems } = resolveAuthorities(reader, grantFrom(gateway), validation.caCertificateRefs, reasons)
  const message = problems.map((problem) => problem.message).join('; ')
  const unresolved = problems[0] && { ...problems[0], message }
  if (pem === '') return { ...(unresolved && { unresolved }), refused: noneValid(message) }
  const mode = validation.mode === 'AllowInsecureFallback' ? 'insecure' : 'strict'
  return { validation: { trust: pem, mode }, ...(unresolved && { unresolved }) }
}

const reasons = { missing: 'InvalidCACertificateRef', kind: 'InvalidCACertificateKind' }

function noneValid(message: string): Problem {
  return { reason: 'NoValidCACertificate', message: `clients cannot be validated: ${message}`, path: '' }
}

/** Whether clients without a valid certificate are let in somewhere; the Gateway must say so in a condition. */
export function allowsInsecure({ spec }: Gateway): boolean {
  const frontend = spec.tls?.frontend
  const insecure = (validation: FrontendTLSValidation | undefined) => validation?.mode === 'AllowInsecureFallback'
  return insecure(frontend?.default.validation) || (frontend?.perPort ?? []).some(({ tls }) => insecure(tls.validation))
}
