import { isDeepStrictEqual } from 'node:util'
import { Authority, type AuthorityRecord, renewAuthorities } from '#feed'
import { type KubeClient, KubeError } from '#kube'

interface Secret {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string }
  readonly data?: Readonly<Record<string, string>>
}

/** The one Secret that the controller makes for itself, in its own namespace. */
export const authoritySecret = 'headgate-ca'

const field = 'authorities.json'

/** The authority of the feed, in a Secret that the replicas of a controller share. */
export class FeedAuthority {
  readonly #client: KubeClient
  readonly #namespace: string
  #record: AuthorityRecord | undefined
  #current: Authority | undefined

  private constructor(client: KubeClient, namespace: string) {
    this.#client = client
    this.#namespace = namespace
  }

  /** Reads it, and makes it when it is missing. */
  static async open(client: KubeClient, namespace: string): Promise<FeedAuthority> {
    const authority = new FeedAuthority(client, namespace)
    await authority.refresh()
    return authority
  }

  get current(): Authority {
    return this.#current!
  }

  /** Looks at it again, and renews it where that is due. @returns whether it is another one now */
  async refresh(): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      const secret = await this.#read()
      const text = secret?.data?.[field]
      const stored = text === undefined ? undefined : parseRecord(text)
      const record = await renewAuthorities(stored)
      try {
        if (record !== stored) await this.#write(record, secret)
      } catch (error) {
        // Another replica was faster: what it wrote is as good.
        if (error instanceof KubeError && error.status === 409 && attempt < 5) continue
        throw error
      }
      if (isDeepStrictEqual(record, this.#record)) return false
      this.#record = record
      this.#current = new Authority(record)
      return true
    }
  }

  get #collection(): string {
    return `/api/v1/namespaces/${this.#namespace}/secrets`
  }

  async #read(): Promise<Secret | undefined> {
    try {
      return await this.#client.request<Secret>({ path: `${this.#collection}/${authoritySecret}` })
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined
      throw error
    }
  }

  async #write(record: AuthorityRecord, before: Secret | undefined): Promise<void> {
    const metadata = before?.metadata ?? { name: authoritySecret, namespace: this.#namespace }
    const data = { ...before?.data, [field]: Buffer.from(JSON.stringify(record)).toString('base64') }
    await this.#client.request({
      method: before ? 'PUT' : 'POST',
      path: before ? `${this.#collection}/${authoritySecret}` : this.#collection,
      body: { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', ...before, metadata, data },
    })
  }
}

function parseRecord(base64: string): AuthorityRecord {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString()) as AuthorityRecord
  } catch {
    throw new Error(`Secret ${authoritySecret}: ${field} can't be read; delete the Secret and a new authority is made`)
  }
}
