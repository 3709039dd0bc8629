import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Secret as SecretObject } from '#api'
import type { Certificate } from '#ir'
import { type Outcome, ok, problem } from '#kit/outcome.ts'
import { Secret } from '#kit/secret.ts'
import { namespaceOf } from './store.ts'

// Parsing costs more than all else about a Gateway, and objects are never changed in place.
const parsed = new WeakMap<SecretObject, Outcome<Certificate>>()

/** A Secret of type kubernetes.io/tls -> the certificate in it. Problems have reason InvalidCertificateRef. */
export function translateCertificate(secret: SecretObject): Outcome<Certificate> {
  const known = parsed.get(secret)
  if (known) return known
  const outcome = parseCertificate(secret)
  parsed.set(secret, outcome)
  return outcome
}

function parseCertificate(secret: SecretObject): Outcome<Certificate> {
  const key = `${namespaceOf(secret)}/${secret.metadata.name}`
  const invalid = (what: string) => problem('InvalidCertificateRef', `Secret ${key} ${what}`)
  if (secret.type !== 'kubernetes.io/tls')
    return invalid(`has type ${secret.type || 'Opaque'}, a certificate needs kubernetes.io/tls`)
  const chain = decode(secret.data?.['tls.crt'])
  const privateKey = decode(secret.data?.['tls.key'])
  if (!chain) return invalid('has no tls.crt')
  if (!privateKey) return invalid('has no tls.key')
  const leaf = parseChain(chain)
  if (!leaf) return invalid('holds no valid PEM certificate in tls.crt')
  const keyObject = parseKey(privateKey)
  if (!keyObject) return invalid('holds no valid, unencrypted PEM private key in tls.key')
  if (!leaf.checkPrivateKey(keyObject))
    return invalid('has a tls.key that does not belong to the certificate in tls.crt')
  return ok({ key, chain, privateKey: new Secret(privateKey), names: namesOf(leaf) })
}

function decode(base64: string | undefined): string {
  return base64 === undefined ? '' : Buffer.from(base64, 'base64').toString('utf8')
}

/** @returns the leaf, if every block of the PEM text is a certificate. */
function parseChain(pem: string): X509Certificate | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  if (!blocks) return undefined
  try {
    return blocks.map((block) => new X509Certificate(block))[0]
  } catch {
    return undefined
  }
}

function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

// The common name counts only where there is no subjectAltName (RFC 9110 4.3.4, RFC 6125 6.4.4).
function namesOf(leaf: X509Certificate): readonly string[] {
  const names = [...(leaf.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map((match) => match[1]!)
  const commonName = /^CN=(.+)$/m.exec(leaf.subject)?.[1]
  if (names.length === 0 && commonName !== undefined) names.push(commonName)
  return [...new Set(names.map((name) => name.toLowerCase()))].sort()
}
