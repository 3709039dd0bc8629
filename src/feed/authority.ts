import { randomBytes, webcrypto } from 'node:crypto'
import { identityUri, type ProxyIdentity, serverName } from './proxy-identity.ts'

/** One certificate authority of the feed, as it is kept. */
export interface AuthorityKeys {
  /** PEM. */
  readonly certificate: string
  /** PKCS#8, PEM. */
  readonly privateKey: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** What the replicas of a controller share, in a Secret: who signs, and the key of content hashes. */
export interface AuthorityRecord {
  /** Oldest first. */
  readonly authorities: readonly AuthorityKeys[]
  /** Base64. */
  readonly hashKey: string
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const lifeMs = 365 * dayMs
/** The next authority is made when the newest has less left. */
const renewMs = 90 * dayMs
/** So long it is only trusted, until everybody has heard of it; then it signs. */
const settleMs = 7 * dayMs
/** Clocks differ. */
const skewMs = 5 * 60_000

/** How long what is signed holds. */
export const leafLifeMs = 24 * hourMs

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Only whoever signs needs it. */
async function loadX509() {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

/** @returns the same record when it needs nothing; else one with a new authority, or without those that are over */
export async function renewAuthorities(
  record: AuthorityRecord | undefined,
  now: number = Date.now(),
): Promise<AuthorityRecord> {
  const { authorities, hashKey } = record ?? { authorities: [], hashKey: randomBytes(32).toString('base64') }
  const alive = authorities.filter(({ expiresAt }) => expiresAt > now)
  const fresh = alive.some(({ expiresAt }) => expiresAt - now > renewMs)
  if (record && fresh && alive.length === authorities.length) return record
  return { authorities: fresh ? alive : [...alive, await createAuthority(now)], hashKey }
}

async function createAuthority(now: number): Promise<AuthorityKeys> {
  const x509 = await loadX509()
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const expiresAt = now + lifeMs
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    // Names tell authorities apart when a chain is looked for.
    name: `CN=Headgate feed ${new Date(now).toISOString()}`,
    notBefore: new Date(now - skewMs),
    notAfter: new Date(expiresAt),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: pemOf(certificate), privateKey: await exportKey(keys.privateKey), createdAt: now, expiresAt }
}

/** Signs for the feed's server and its proxies. */
export class Authority {
  /** PEM bundle of everyone whose signature counts now. */
  readonly trust: string
  readonly hashKey: Buffer
  readonly #signer: AuthorityKeys

  constructor(record: AuthorityRecord, now: number = Date.now()) {
    const alive = record.authorities.filter(({ expiresAt }) => expiresAt > now)
    const settled = alive.filter(({ createdAt }) => now - createdAt >= settleMs)
    const signer = settled.at(-1) ?? alive[0]
    if (!signer) throw new Error('every authority of the feed has expired')
    this.#signer = signer
    this.trust = alive.map(({ certificate }) => certificate).join('')
    this.hashKey = Buffer.from(record.hashKey, 'base64')
  }

  /** A fresh key and its certificate for the server's end of the feed. */
  async issueServer(now: number = Date.now()): Promise<{ readonly cert: string; readonly key: string }> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const publicKey = Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey))
    const cert = await this.#sign(publicKey, { type: 'dns', value: serverName }, now)
    return { cert, key: await exportKey(keys.privateKey) }
  }

  /** @param publicKey SubjectPublicKeyInfo, DER @returns PEM */
  issueProxy(publicKey: Buffer, identity: ProxyIdentity, now: number = Date.now()): Promise<string> {
    return this.#sign(publicKey, { type: 'url', value: identityUri(identity) }, now)
  }

  async #sign(
    publicKey: Buffer,
    name: { readonly type: 'dns' | 'url'; readonly value: string },
    now: number,
  ): Promise<string> {
    const x509 = await loadX509()
    const issuer = new x509.X509Certificate(this.#signer.certificate)
    const pkcs8 = Buffer.from(this.#signer.privateKey.replace(/-----[^-]+-----|\s/g, ''), 'base64')
    const usage = name.type === 'dns' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth
    const certificate = await x509.X509CertificateGenerator.create({
      publicKey: new x509.PublicKey(publicKey),
      signingKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
      subject: '',
      issuer: issuer.subject,
      notBefore: new Date(now - skewMs),
      notAfter: new Date(Math.min(now + leafLifeMs, this.#signer.expiresAt)),
      signingAlgorithm: algorithm,
      extensions: [
        // RFC 5280 4.2.1.6: critical, as the subject is empty.
        new x509.SubjectAlternativeNameExtension([name], true),
        new x509.ExtendedKeyUsageExtension([usage], true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
      ],
    })
    return pemOf(certificate)
  }
}

function pemOf(certificate: { toString(format: 'pem'): string }): string {
  return `${certificate.toString('pem').trim()}\n`
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const text = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${text.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`
}
