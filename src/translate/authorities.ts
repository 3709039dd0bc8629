import { X509Certificate } from 'node:crypto'
import type { ConfigMap, Secret } from '#api'
import type { Problem } from '#kit/outcome.ts'
import type { Reader } from './reader.ts'
import { type GrantFrom, grantAdvice, mayRefer } from './reference-grant.ts'

/** A reference to CA certificates. Only frontend validation may name another namespace. */
export interface AuthorityRef {
  readonly group: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** What references to CA certificates lead to: the valid ones count, the others are problems. */
export interface Authorities {
  /** PEM; '' when no reference is valid. */
  readonly pem: string
  /** Reasons: `reasons.missing`, `reasons.kind`, RefNotPermitted. */
  readonly problems: readonly Problem[]
}

/** The reasons differ by where the reference stands (gateway_types.go, backendtlspolicy_types.go). */
export interface AuthorityReasons {
  readonly missing: string
  readonly kind: string
}

/** CA certificates under `ca.crt` of ConfigMaps (core) and Secrets (where cert-manager puts them). */
export function resolveAuthorities(
  reader: Reader,
  from: GrantFrom,
  refs: readonly AuthorityRef[],
  reasons: AuthorityReasons,
): Authorities {
  const bundle: string[] = []
  const problems: Problem[] = []
  for (const ref of refs) {
    const found = resolveAuthority(reader, from, ref, reasons)
    if (typeof found === 'string') bundle.push(found)
    else problems.push(found)
  }
  return { pem: bundle.join(''), problems }
}

function resolveAuthority(
  reader: Reader,
  from: GrantFrom,
  { group, kind, name, namespace = from.namespace }: AuthorityRef,
  reasons: AuthorityReasons,
): string | Problem {
  if (group !== '' || (kind !== 'ConfigMap' && kind !== 'Secret')) {
    const full = group === '' ? kind : `${kind}.${group}`
    return refusal(reasons.kind, `CA certificates come from ConfigMaps, not from ${full} ${name}`)
  }
  const to = { group, kind, namespace, name }
  if (!mayRefer(reader, from, to)) return refusal('RefNotPermitted', grantAdvice(from, to))
  const object = reader.get(kind, namespace, name)
  const invalid = (what: string) => refusal(reasons.missing, `${kind} ${namespace}/${name} ${what}`)
  if (!object) return invalid('does not exist')
  const pem = certificatesIn(object)
  return pem === '' ? invalid('holds no valid PEM certificate under ca.crt') : pem
}

function refusal(reason: string, message: string): Problem {
  return { reason, message, path: '' }
}

// Objects are never changed in place, and one bundle often serves many policies.
const parsed = new WeakMap<ConfigMap | Secret, string>()

function certificatesIn(object: ConfigMap | Secret): string {
  const known = parsed.get(object)
  if (known !== undefined) return known
  const text = object.data?.['ca.crt'] ?? ''
  const pem = parseBundle(object.kind === 'Secret' ? Buffer.from(text, 'base64').toString('utf8') : text)
  parsed.set(object, pem)
  return pem
}

/** The certificates of a bundle without the text around them; '' when there is none or one of them is malformed. */
function parseBundle(text: string): string {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    for (const block of blocks) new X509Certificate(block)
  } catch {
    return ''
  }
  return blocks.map((block) => `${block}\n`).join('')
}
