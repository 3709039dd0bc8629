import type { KubeClient } from './kube-client.ts'

/** Who shows a token. */
export interface TokenOwner {
  readonly namespace: string
  readonly serviceAccount: string
  /** Of tokens that are bound to a pod: they end with it. */
  readonly pod?: string
}

interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean
    readonly audiences?: readonly string[]
    readonly user?: { readonly username?: string; readonly extra?: Readonly<Record<string, readonly string[]>> }
  }
}

/**
 * Asks the API server whose token it is (authentication.k8s.io/v1 TokenReview).
 * @param audience whom the token must be for: a token that a pod has for somebody else is worth nothing here
 * @returns undefined when the token is not good, or not that of a ServiceAccount; rejects when nobody can be asked
 */
export async function reviewToken(
  client: KubeClient,
  token: string,
  audience: string,
): Promise<TokenOwner | undefined> {
  const { status } = await client.request<TokenReview>({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/tokenreviews',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, audiences: [audience] },
    },
  })
  // An authenticator that knows nothing of audiences answers without them: its tokens are good everywhere, so not here.
  if (!status?.authenticated || !status.audiences?.includes(audience)) return undefined
  const [, namespace, serviceAccount] =
    /^system:serviceaccount:([^:]+):([^:]+)$/.exec(status.user?.username ?? '') ?? []
  if (!namespace || !serviceAccount) return undefined
  const pod = status.user?.extra?.['authentication.kubernetes.io/pod-name']?.[0]
  return { namespace, serviceAccount, ...(pod && { pod }) }
}
