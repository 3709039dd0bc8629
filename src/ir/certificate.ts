import type { Secret } from '#kit/secret.ts'

/** `namespace/name` of the Secret it comes from. */
export type CertificateKey = string & { readonly __certificate?: never }

export interface Certificate {
  readonly key: CertificateKey
  /** Leaf first, then intermediates. PEM. */
  readonly chain: string
  /** PEM. Prints as `***`. */
  readonly privateKey: Secret
  /** DNS names and IP addresses of the leaf (subjectAltName, else common name), lower case, sorted. */
  readonly names: readonly string[]
}
