import { createSecureContext, type SecureContext } from 'node:tls'
import type { Certificate, CertificateKey, Listener } from '#ir'

/** The server certificates of a worker, and which of them a server name gets. */
export class TlsContexts {
  readonly #certificates = new Map<CertificateKey, Certificate>()
  /** By the keys of the certificates inside; emptied when one of them changes. */
  readonly #contexts = new Map<string, SecureContext>()

  put(certificate: Certificate): void {
    this.#certificates.set(certificate.key, certificate)
    this.#contexts.clear()
  }

  delete(key: CertificateKey): void {
    this.#certificates.delete(key)
    this.#contexts.clear()
  }

  /**
   * Gateway API (GatewayTLSConfig.certificateRefs): the certificate with the longest matching name, of the listener that the
   * name chose; should that have none, of the port's other listeners; else the listener's first.
   */
  choose(sni: string, listener: Listener, others: () => Iterable<Listener>): SecureContext | undefined {
    const own = this.#of(listener)
    const chosen = best(own, sni)
    if (chosen.length > 0) return this.#context(chosen)
    const elsewhere = best(
      [...others()].flatMap((other) => this.#of(other)),
      sni,
    )
    if (elsewhere.length > 0) return this.#context(elsewhere)
    return own[0] && this.#context([own[0]])
  }

  /** What a client gets that names no server: the listener's first certificate, as `tls.Server.setSecureContext` takes them. */
  unnamed(listener: Listener): { cert: string[]; key: string[] } {
    return pems(this.#of(listener).slice(0, 1))
  }

  #of(listener: Listener): Certificate[] {
    const keys = listener.tls?.certificates ?? []
    return keys.flatMap((key) => this.#certificates.get(key) ?? [])
  }

  /** Certificates for the same name (one ECDSA, one RSA) share a context: the handshake takes what the client can read. */
  #context(certificates: readonly Certificate[]): SecureContext {
    const key = certificates.map((certificate) => certificate.key).join(' ')
    let context = this.#contexts.get(key)
    if (!context) {
      context = createSecureContext({ ...pems(certificates), minVersion: 'TLSv1.2' })
      this.#contexts.set(key, context)
    }
    return context
  }
}

function pems(certificates: readonly Certificate[]): { cert: string[]; key: string[] } {
  return {
    cert: certificates.map((certificate) => certificate.chain),
    key: certificates.map((certificate) => certificate.privateKey.reveal()),
  }
}

/** All certificates that share the longest name matching `sni`. */
function best(certificates: readonly Certificate[], sni: string): Certificate[] {
  let length = 0
  let found: Certificate[] = []
  for (const certificate of certificates) {
    const matched = Math.max(0, ...certificate.names.map((name) => (certifies(name, sni) ? name.length : 0)))
    if (matched > length) {
      length = matched
      found = [certificate]
    } else if (matched > 0 && matched === length) found.push(certificate)
  }
  return found
}

/** RFC 6125 6.4.3: a wildcard is the whole leftmost label and stands for exactly one. */
function certifies(name: string, sni: string): boolean {
  if (name === sni) return true
  if (!name.startsWith('*.')) return false
  const dot = sni.indexOf('.')
  return dot > 0 && sni.slice(dot) === name.slice(1)
}
