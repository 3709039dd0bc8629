import type { ListenerTls } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'
import { type ClientValidationSpec, translateClientValidation } from './client-validation.ts'

interface Spec {
  readonly tls: {
    readonly minVersion?: string
    readonly maxVersion?: string
    readonly ciphers?: readonly string[]
    readonly ecdhCurves?: readonly string[]
    readonly alpnProtocols?: readonly string[]
    readonly signatureAlgorithms?: readonly string[]
    readonly clientValidation?: ClientValidationSpec
    readonly session?: { readonly resumption?: { readonly stateless?: object; readonly stateful?: object } }
  }
}

const old = 'is broken, and not spoken here: possible are 1.2 and 1.3'
const versions: Readonly<Record<string, ListenerTls['minVersion']>> = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' }
const knownCurves: ReadonlySet<string> = new Set(['X25519', 'P-256', 'P-384', 'P-521'])

export const clientTls = {
  kind: 'ClientTrafficPolicy',
  fields: ['tls'],
  refused: {
    'tls.fingerprints': 'is not supported here: remove it',
    'tls.clientValidation.subjectAltNames.otherNames':
      'is not supported here: let clients be known by dnsNames, uris, emailAddresses or ipAddresses',
  },
  refusedOn: {
    embedded: {
      'tls.clientValidation.allowExpiredCertificate':
        'cannot be done by the embedded plane, where OpenSSL tells one fault of a certificate and may know others: renew certificates in time',
      'tls.clientValidation.crl.onlyVerifyLeafCertificate':
        'cannot be done by the embedded plane: remove it, and give the lists of all authorities of the chain',
      'tls.session.resumption.stateful':
        'cannot be done by the embedded plane, whose workers share no sessions: write stateless, which means tickets',
    },
  },
  notes: {
    'tls.minVersion': '1.2 (default), 1.3',
    'tls.maxVersion': '1.2, 1.3 (default)',
    'tls.ciphers[]': 'of TLS 1.2, the names that Envoy has, by OpenSSL or IANA; those with forward secrecy',
    'tls.ecdhCurves[]': 'X25519, P-256, P-384, P-521',
    'tls.alpnProtocols[]': 'h2, http/1.1',
    'tls.signatureAlgorithms[]': "IANA's names: ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256 and so on",
    'tls.clientValidation.mode':
      'default: RequireAndVerify; a broken policy with this stanza closes its listeners; refused beside Gateway.spec.tls.frontend',
    'tls.clientValidation.certificateHashes[]': 'or one of spkiHashes',
    'tls.session': 'left out: by tickets; never where clients show certificates',
  },
  translate({ tls }: Spec, scope) {
    const versionOf = (text: string | undefined) => (text === undefined || text === 'Auto' ? undefined : versions[text])
    for (const field of ['minVersion', 'maxVersion'] as const) {
      const text = tls[field]
      if (text !== undefined && text !== 'Auto' && !versions[text])
        return scope.refuse(`tls.${field}`, `TLS ${text} ${old}`)
    }
    const [minVersion, maxVersion] = [versionOf(tls.minVersion), versionOf(tls.maxVersion)]
    if (minVersion === 'TLSv1.3' && maxVersion === 'TLSv1.2')
      return scope.refuse('tls.maxVersion', 'is below minVersion: nothing would be left')
    const ciphers: string[] = []
    for (const [i, written] of (tls.ciphers ?? []).entries()) {
      const name = suites.get(written)
      if (name === undefined)
        return scope.refuse(
          `tls.ciphers[${i}]`,
          `${written} is not known here; known are ${[...new Set(suites.values())].join(', ')}`,
        )
      ciphers.push(name)
    }
    for (const [i, curve] of (tls.ecdhCurves ?? []).entries())
      if (!knownCurves.has(curve))
        return scope.refuse(
          `tls.ecdhCurves[${i}]`,
          `${curve} is not known here; known are ${[...knownCurves].join(', ')}`,
        )
    const alpn: ('h2' | 'http/1.1')[] = []
    for (const [i, protocol] of (tls.alpnProtocols ?? []).entries()) {
      if (protocol !== 'h2' && protocol !== 'http/1.1')
        return scope.refuse(`tls.alpnProtocols[${i}]`, `${protocol} is not known here; known are h2 and http/1.1`)
      alpn.push(protocol)
    }
    if (tls.alpnProtocols?.length === 0)
      return scope.refuse('tls.alpnProtocols', 'must not be empty: for HTTP/1.1 alone write [http/1.1]')
    for (const [i, algorithm] of (tls.signatureAlgorithms ?? []).entries())
      if (!signatures.has(algorithm))
        return scope.refuse(
          `tls.signatureAlgorithms[${i}]`,
          `${algorithm} is not known here; known are ${[...signatures].join(', ')}`,
        )
    const validation = tls.clientValidation ? translateClientValidation(tls.clientValidation, scope) : ok(undefined)
    if (!validation.ok) return validation
    const resumption = tls.session && (tls.session.resumption ?? {})
    return ok({
      listener: {
        tls: {
          ...(validation.value && { clientValidation: validation.value }),
          ...(tls.signatureAlgorithms?.length && { signatureAlgorithms: tls.signatureAlgorithms }),
          ...(resumption && {
            resumption: { tickets: resumption.stateless !== undefined, ids: resumption.stateful !== undefined },
          }),
          ...(minVersion && { minVersion }),
          ...(maxVersion && { maxVersion }),
          ...(ciphers.length > 0 && { ciphers: ciphers.join(':') }),
          ...(tls.ecdhCurves && tls.ecdhCurves.length > 0 && { curves: tls.ecdhCurves }),
          ...(alpn.length > 0 && { alpn }),
        },
      },
    })
  },
} satisfies PolicySlice

/** RFC 8446 4.2.3, of what OpenSSL and BoringSSL both know; those with SHA-1 are broken. */
const signatures: ReadonlySet<string> = new Set([
  'ecdsa_secp256r1_sha256',
  'ecdsa_secp384r1_sha384',
  'ecdsa_secp521r1_sha512',
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
])

/** OpenSSL's name by any name. */
const suites: ReadonlyMap<string, string> = new Map(
  ['ECDSA', 'RSA'].flatMap((key) =>
    (
      [
        ['AES128-GCM-SHA256', 'AES_128_GCM_SHA256'],
        ['AES256-GCM-SHA384', 'AES_256_GCM_SHA384'],
        ['CHACHA20-POLY1305', 'CHACHA20_POLY1305_SHA256'],
      ] as const
    ).flatMap(([openssl, iana]): [string, string][] => {
      const name = `ECDHE-${key}-${openssl}`
      return [
        [name, name],
        [`TLS_ECDHE_${key}_WITH_${iana}`, name],
      ]
    }),
  ),
)
