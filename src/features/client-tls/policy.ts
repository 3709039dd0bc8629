import type { ListenerTls } from '#ir'
import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly tls: {
    readonly minVersion?: string
    readonly maxVersion?: string
    readonly ciphers?: readonly string[]
    readonly ecdhCurves?: readonly string[]
    readonly alpnProtocols?: readonly string[]
  }
}

const old = 'is broken, and not spoken here: possible are 1.2 and 1.3'
const versions: Readonly<Record<string, ListenerTls['minVersion']>> = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' }
const knownCurves: ReadonlySet<string> = new Set(['X25519', 'P-256', 'P-384', 'P-521'])
const validation = 'is not supported here: Gateway.spec.tls.frontend.validation says which clients are let in'

export const clientTls = {
  kind: 'ClientTrafficPolicy',
  fields: ['tls'],
  refused: {
    'tls.clientValidation': validation,
    'tls.signatureAlgorithms': 'is not supported here: remove it',
    'tls.fingerprints': 'is not supported here: remove it',
    'tls.session':
      'is not supported here: sessions are resumed by tickets, and never where clients show certificates; remove it',
  },
  notes: {
    'tls.minVersion': '1.2 (default), 1.3',
    'tls.maxVersion': '1.2, 1.3 (default)',
    'tls.ciphers[]': 'of TLS 1.2, the names that Envoy has, by OpenSSL or IANA; those with forward secrecy',
    'tls.ecdhCurves[]': 'X25519, P-256, P-384, P-521',
    'tls.alpnProtocols[]': 'h2, http/1.1',
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
    return ok({
      listener: {
        tls: {
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
