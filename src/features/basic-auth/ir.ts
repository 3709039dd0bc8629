import type { FilterNode } from '#ir'
import type { Secret } from '#kit/secret.ts'

/** Who asks needs a name and a password (RFC 7617). */
export interface BasicAuthNode extends FilterNode {
  readonly kind: 'basicAuth'
  /** A line each: `name:{SHA}…`, Base64 of the password's SHA-1; without empty lines, and no name twice. */
  readonly users: Secret
  /** Lower case; the backend gets the name in it, and clients can't say it. */
  readonly forward?: string
}
