import type { FilterNode } from '#ir'
import type { Secret } from '#kit/secret.ts'

/** Who asks needs a key that one of the clients has. */
export interface ApiKeyAuthNode extends FilterNode {
  readonly kind: 'apiKeyAuth'
  /** No key twice. */
  readonly clients: readonly ApiClient[]
  /** The first place that has something decides. */
  readonly from: readonly KeyPlace[]
  /** Lower case; the backend gets the client's name in it, and clients can't say it. */
  readonly forward?: string
  /** The backend does not get to see the key. */
  readonly hide: boolean
}

export interface ApiClient {
  readonly name: string
  readonly key: Secret
}

/** Names of headers are lower case. */
export interface KeyPlace {
  readonly in: 'header' | 'param' | 'cookie'
  readonly name: string
}
