import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { CertificateDetail } from '#ir'
import { digestOf } from './admits-client.ts'
import { alternativeNames } from './alternative-names.ts'

/** Of connections whose backends are told about it. */
const shown = new WeakMap<Socket, ClientCertificate>()

/** Remembers the certificate that a client has shown, if it has. */
export function tellCertificate(socket: TLSSocket): void {
  const leaf = socket.getPeerX509Certificate()
  if (leaf) shown.set(socket, new ClientCertificate(leaf, socket.getX509Certificate()))
}

/** What `tellCertificate` remembers. */
export function certificateOf(socket: Socket): ClientCertificate | undefined {
  return shown.get(socket)
}

/** A client's certificate as X-Forwarded-Client-Cert tells it (Envoy's documentation, http_conn_man/headers). */
export class ClientCertificate {
  readonly #leaf: X509Certificate
  /** Which of ours it was shown to. */
  readonly #own: X509Certificate | undefined
  #last: { readonly details: readonly CertificateDetail[]; readonly text: string } | undefined

  constructor(leaf: X509Certificate, own: X509Certificate | undefined) {
    this.#leaf = leaf
    this.#own = own
  }

  /** The same for all requests of a connection: written once. */
  element(details: readonly CertificateDetail[]): string {
    if (this.#last?.details !== details) this.#last = { details, text: this.#write(details) }
    return this.#last.text
  }

  #write(details: readonly CertificateDetail[]): string {
    const own = this.#own ? alternativeNames(this.#own).filter(({ kind }) => kind === 'uri') : []
    return [
      ...own.map(({ value }) => `By=${quoteValue(value)}`),
      `Hash=${digestOf(this.#leaf)}`,
      ...details.flatMap((detail) => this.#tell(detail)),
    ].join(';')
  }

  #tell(detail: CertificateDetail): string[] {
    switch (detail) {
      case 'cert':
        return [`Cert="${encodePem(this.#leaf.toString())}"`]
      case 'chain':
        return [`Chain="${encodePem(chainOf(this.#leaf))}"`]
      case 'subject':
        return [`Subject="${subjectOf(this.#leaf)}"`]
      case 'uri':
        return this.#names('uri', 'URI')
      case 'dns':
        return this.#names('dns', 'DNS')
    }
  }

  #names(of: 'uri' | 'dns', key: string): string[] {
    const names = alternativeNames(this.#leaf).filter(({ kind }) => kind === of)
    return names.length > 0 ? names.map(({ value }) => `${key}=${quoteValue(value)}`) : [`${key}=`]
  }
}

/** What would end the value or the element stands in quotes: a certificate's name must not add to what is said about it. */
function quoteValue(value: string): string {
  const printable = value.replace(/[^\x20-\x7e]/g, '?')
  return /[",;]/.test(printable) ? `"${printable.replaceAll('"', '\\"')}"` : printable
}

function encodePem(pem: string): string {
  return pem.replace(/[\n +/=]/g, (character) => encodeURIComponent(character))
}

/** The certificate and those that the client showed behind it. */
function chainOf(leaf: X509Certificate): string {
  let text = ''
  for (let one: X509Certificate | undefined = leaf; one; one = one.issuerCertificate) text += one.toString()
  return text
}

/** RFC 2253: the most specific first. Node has escaped the values but for letters beyond ASCII, and puts each on a line of its own. */
export function subjectOf({ subject }: Pick<X509Certificate, 'subject'>): string {
  const parts = subject.split('\n').reverse()
  return parts
    .map((part) => part.replaceAll(' + ', '+'))
    .join(',')
    .replace(/[^\x20-\x7e]+/g, (text) =>
      [...Buffer.from(text)].map((byte) => `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    )
}
