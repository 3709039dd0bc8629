import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import type { Certificate, CertificateKey, Listener } from '#ir'
import { handshakeOf } from './handshake.ts'

interface Known {
  readonly certificate: Certificate
  /** `ec`, `rsa` and so on: a context has room for one of each. */
  readonly keyType: string
}

/** The server certificates of a worker, and which of them a server name gets. */
export class TlsContexts {
  readonly #certificates = new Map<CertificateKey, Known>()
  /** By the rules of the handshake and the keys of the certificates inside. */
  readonly #contexts = new Map<string, { readonly context: SecureContext; readonly of: readonly Known[] }>()

  put(certificate: Certificate): void {
    this.#forget(certificate.key)
    this.#certificates.set(certificate.key, { certificate, keyType: keyTypeOf(certificate) })
  }

  delete(key: CertificateKey): void {
    this.#forget(key)
    this.#certificates.delete(key)
  }

  /** One certificate of thousands is renewed: the others' contexts, which cost a parse of their keys each, stay. */
  #forget(certificate: CertificateKey): void {
    const known = this.#certificates.get(certificate)
    if (!known) return
    for (const [key, { of }] of this.#contexts) if (of.includes(known)) this.#contexts.delete(key)
  }

  /**
   * Gateway API (GatewayTLSConfig.certificateRefs): the certificate with the longest matching name, of the listener that the
   * name chose; should that have none, of the port's other listeners; else the listener's first. What the listener asks of
   * clients holds with any of them.
   */
  choose(sni: string, listener: Listener, others: () => Iterable<Listener>): SecureContext | undefined {
    const own = this.#of(listener)
    const chosen = best(own, sni)
    if (chosen.length > 0) return this.#context(chosen, listener)
    const elsewhere = best(
      [...others()].flatMap((other) => this.#of(other)),
      sni,
    )
    if (elsewhere.length > 0) return this.#context(elsewhere, listener)
    return own[0] && this.#context([own[0]], listener)
  }

  /** What a client gets that names no server: the listener's first certificate, as `tls.Server.setSecureContext` takes it. */
  unnamed(listener: Listener): SecureContextOptions {
    return { ...pems(this.#of(listener).slice(0, 1)), ...handshakeOf(listener.tls).context }
  }

  #of(listener: Listener): Known[] {
    const keys = listener.tls?.certificates ?? []
    return keys.flatMap((key) => this.#certificates.get(key) ?? [])
  }

  /** Certificates for the same name (one ECDSA, one RSA) share a context: the handshake takes what the client can read. */
  #context(certificates: readonly Known[], { tls }: Listener): SecureContext {
    const handshake = handshakeOf(tls)
    const key = [handshake.key, ...certificates.map(({ certificate }) => certificate.key)].join(' ')
    const known = this.#contexts.get(key)
    if (known) return known.context
    // Those of rules that no listener has any more must not pile up.
    if (this.#contexts.size > 2 * this.#certificates.size + 100) this.#contexts.clear()
    const context = createSecureContext({ ...pems(certificates), ...handshake.context })
    this.#contexts.set(key, { context, of: certificates })
    return context
  }
}

function keyTypeOf({ chain }: Certificate): string {
  try {
    return new X509Certificate(chain).publicKey.asymmetricKeyType ?? ''
  } catch {
    return ''
  }
}

function pems(certificates: readonly Known[]): { cert: string[]; key: string[] } {
  return {
    cert: certificates.map(({ certificate }) => certificate.chain),
    key: certificates.map(({ certificate }) => certificate.privateKey.reveal()),
  }
}

/** The certificates that share the best name for `sni`; of those with the same type of key the first. */
function best(certificates: readonly Known[], sni: string): Known[] {
  let highest = 0
  let found: Known[] = []
  for (const known of certificates) {
    const rank = Math.max(0, ...known.certificate.names.map((name) => rankOf(name, sni)))
    if (rank > highest) {
      highest = rank
      found = [known]
    } else if (rank > 0 && rank === highest && !found.some(({ keyType }) => keyType === known.keyType))
      found.push(known)
  }
  return found
}

/** RFC 6125 6.4.3: a wildcard is the whole leftmost label and stands for exactly one. 0: no match; the name itself is best. */
function rankOf(name: string, sni: string): number {
  if (name === sni) return 2
  if (!name.startsWith('*.')) return 0
  const dot = sni.indexOf('.')
  return dot > 0 && sni.slice(dot) === name.slice(1) ? 1 : 0
}
