import type { CertificateDetail, CertificateField } from '#ir'

/** X-Forwarded-Client-Cert, as a ClientTrafficPolicy writes it. */
export interface CertificateFieldSpec {
  readonly mode?: keyof typeof modes
  readonly certDetailsToAdd?: readonly (keyof typeof details)[]
}

const modes = {
  Sanitize: undefined,
  ForwardOnly: 'forward',
  AppendForward: 'append',
  SanitizeSet: 'set',
  AlwaysForwardOnly: 'always',
} as const

/** In the order in which Envoy writes them. */
const details = { Cert: 'cert', Chain: 'chain', Subject: 'subject', URI: 'uri', DNS: 'dns' } as const satisfies Record<
  string,
  CertificateDetail
>

/** @returns the slot, empty where the field is taken away */
export function translateCertificateField({ mode = 'Sanitize', certDetailsToAdd = [] }: CertificateFieldSpec = {}): {
  readonly certificateField?: CertificateField
} {
  const how = modes[mode]
  if (!how) return {}
  const asked = new Set(certDetailsToAdd.map((detail) => details[detail]))
  return { certificateField: { mode: how, details: Object.values(details).filter((detail) => asked.has(detail)) } }
}
