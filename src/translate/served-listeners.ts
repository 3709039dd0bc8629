import type { Certificate, CertificateKey, Listener, ListenerKey } from '#ir'
import type { Topic } from './dependencies.ts'
import type { Table } from './table.ts'

/** What an owner of listeners (a Gateway, a ListenerSet) has the data plane serve. */
export interface Served {
  readonly listeners: readonly Listener[]
  readonly certificates: readonly Certificate[]
}

/** The listeners of the snapshot by their owners, so that a change costs what its owner has; certificates may be shared. */
export class ServedListeners {
  readonly #listeners: Table<Listener, ListenerKey>
  readonly #certificates: Table<Certificate, CertificateKey>
  readonly #served = new Map<Topic, Served>()
  readonly #users = new Map<CertificateKey, number>()

  constructor(listeners: Table<Listener, ListenerKey>, certificates: Table<Certificate, CertificateKey>) {
    this.#listeners = listeners
    this.#certificates = certificates
  }

  /** @param after undefined: the owner is gone */
  set(owner: Topic, after: Served | undefined): void {
    const before = this.#served.get(owner)
    for (const { key } of before?.listeners ?? []) this.#listeners.delete(key)
    for (const { key } of before?.certificates ?? []) this.#release(key)
    for (const listener of after?.listeners ?? []) this.#listeners.put(listener)
    for (const certificate of after?.certificates ?? []) this.#use(certificate)
    if (after && after.listeners.length > 0) this.#served.set(owner, after)
    else this.#served.delete(owner)
  }

  #use(certificate: Certificate): void {
    this.#users.set(certificate.key, (this.#users.get(certificate.key) ?? 0) + 1)
    this.#certificates.put(certificate)
  }

  #release(key: CertificateKey): void {
    const users = this.#users.get(key)! - 1
    if (users > 0) this.#users.set(key, users)
    else {
      this.#users.delete(key)
      this.#certificates.delete(key)
    }
  }
}
