import type { Secret } from '#kit/secret.ts'

/** The gateway shows credentials to the backend. */
export interface CredentialInjectionNode {
  readonly kind: 'credentialInjection'
  /** Lower case. */
  readonly header: string
  /** The whole value: `Bearer …`. */
  readonly credential: Secret
  /** In the place of what the client sent; else only where it sent nothing. */
  readonly overwrite: boolean
}
