import { createSecureContext } from 'node:tls'
import type { ClientName, ClientValidation } from '#ir'
import { type Outcome, ok } from '#kit/outcome.ts'
import { compileRegex } from '#kit/regex.ts'
import type { DataRef, PolicyScope } from '#translate'

/** Which clients are let in, as a ClientTrafficPolicy writes it. */
export interface ClientValidationSpec {
  readonly mode?: keyof typeof modes
  readonly optional?: boolean
  readonly caCertificateRefs?: readonly DataRef[]
  readonly spkiHashes?: readonly string[]
  readonly certificateHashes?: readonly string[]
  readonly subjectAltNames?: Partial<Record<keyof typeof nameKinds, readonly TextSpec[]>>
  readonly crl?: { readonly refs: readonly DataRef[]; readonly onlyVerifyLeafCertificate?: boolean }
  readonly allowExpiredCertificate?: boolean
}

interface TextSpec {
  readonly type?: keyof typeof textKinds
  readonly value: string
}

const modes = { Request: 'insecure', RequireAny: 'any', VerifyIfGiven: 'ifGiven', RequireAndVerify: 'strict' } as const
const nameKinds = { dnsNames: 'dns', emailAddresses: 'email', ipAddresses: 'ip', uris: 'uri' } as const
const textKinds = { Exact: 'exact', Prefix: 'prefix', Suffix: 'suffix', RegularExpression: 'regex' } as const

const at = 'tls.clientValidation'
/** What only says something about certificates that are verified. */
const narrowing = ['spkiHashes', 'certificateHashes', 'subjectAltNames', 'crl', 'allowExpiredCertificate'] as const

export function translateClientValidation(
  spec: ClientValidationSpec,
  scope: PolicyScope,
): Outcome<ClientValidation | undefined> {
  const written = spec.mode ?? (spec.optional ? 'VerifyIfGiven' : 'RequireAndVerify')
  const mode = modes[written]
  const verifies = mode === 'strict' || mode === 'ifGiven'
  const beside = narrowing.find((field) => spec[field] !== undefined && spec[field] !== false)
  if (!verifies && beside)
    return scope.refuse(`${at}.${beside}`, `has no effect with mode ${written}, which lets in whoever fails the check`)
  const refs = spec.caCertificateRefs ?? []
  // Envoy insists on certificates only where it knows an authority, even if it then takes those of others too.
  if (mode !== 'insecure' && refs.length === 0)
    return scope.refuse(`${at}.caCertificateRefs`, `is missing: mode ${written} needs authorities`)
  const trust = refs.length > 0 ? scope.authorities(refs, `${at}.caCertificateRefs`) : ok('')
  if (!trust.ok) return trust
  const pins = translatePins(spec, scope)
  if (!pins.ok) return pins
  const names = translateNames(spec.subjectAltNames, scope)
  if (!names.ok) return names
  const revocations = translateRevocations(spec.crl, scope)
  if (!revocations.ok) return revocations
  return ok({
    trust: trust.value,
    mode,
    ...(pins.value && { pins: pins.value }),
    ...(names.value && { names: names.value }),
    ...(revocations.value && { revocations: revocations.value }),
    ...(spec.allowExpiredCertificate && { allowExpired: true as const }),
  })
}

function translatePins(
  { spkiHashes = [], certificateHashes = [] }: ClientValidationSpec,
  scope: PolicyScope,
): Outcome<ClientValidation['pins']> {
  if (spkiHashes.length + certificateHashes.length === 0) return ok(undefined)
  for (const [i, hash] of spkiHashes.entries())
    if (!/^[A-Za-z0-9+/]{43}=$/.test(hash))
      return scope.refuse(`${at}.spkiHashes[${i}]`, `${hash} is no SHA-256 in base64: 44 characters, the last is =`)
  const certificates: string[] = []
  for (const [i, hash] of certificateHashes.entries()) {
    const plain = hash.replaceAll(':', '').toLowerCase()
    if (!/^[0-9a-f]{64}$/.test(plain))
      return scope.refuse(`${at}.certificateHashes[${i}]`, `${hash} is no SHA-256 in hexadecimal: 64 digits`)
    certificates.push(plain)
  }
  return ok({ keys: spkiHashes, certificates })
}

function translateNames(
  spec: ClientValidationSpec['subjectAltNames'] = {},
  scope: PolicyScope,
): Outcome<readonly ClientName[] | undefined> {
  const names: ClientName[] = []
  for (const [field, kind] of Object.entries(nameKinds) as [keyof typeof nameKinds, ClientName['kind']][])
    for (const [i, { type = 'Exact', value }] of (spec[field] ?? []).entries()) {
      const regex = type === 'RegularExpression' ? compileRegex(value) : undefined
      if (regex && !regex.ok)
        return scope.refuse(`${at}.subjectAltNames.${field}[${i}].value`, regex.problems[0]?.message ?? '')
      names.push({ kind, match: { kind: textKinds[type], value } })
    }
  return ok(names.length > 0 ? names : undefined)
}

function translateRevocations(
  crl: ClientValidationSpec['crl'],
  scope: PolicyScope,
): Outcome<ClientValidation['revocations']> {
  if (!crl) return ok(undefined)
  const lists: string[] = []
  for (const [i, ref] of crl.refs.entries()) {
    const path = `${at}.crl.refs[${i}]`
    const text = scope.text(ref, 'ca.crl', path)
    if (!text.ok) return text
    const found = text.value.match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? []
    if (!found.every(isList) || found.length === 0)
      return scope.refuse(path, `${ref.name} holds no valid PEM list of revoked certificates under ca.crl`)
    lists.push(...found.map((list) => `${list}\n`))
  }
  return ok({ lists: lists.join(''), of: crl.onlyVerifyLeafCertificate ? 'leaf' : 'chain' })
}

function isList(pem: string): boolean {
  try {
    createSecureContext({ crl: pem })
    return true
  } catch {
    return false
  }
}
