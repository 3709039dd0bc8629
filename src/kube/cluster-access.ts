import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { CredentialSource } from './exec-credentials.ts'

/** Where the API server is, and who we are to it. */
export interface ClusterAccess {
  readonly server: URL
  readonly ca?: string | Buffer
  /** A client certificate with its key. */
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  /** Asked before each request: tokens of ServiceAccounts are renewed while we run. */
  readonly token?: () => string
  /** Instead of a fixed certificate or token: credentials that a program fetches. */
  readonly credentials?: CredentialSource
  readonly serverName?: string
  /** Where our own objects live. */
  readonly namespace: string
  readonly insecure?: boolean
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount'
const tokenAgeMs = 60_000

/** The access that a Pod has. @param host @param port KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT */
export function accessFromPod(host: string, port: string): ClusterAccess {
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    ca: readFileSync(path.join(serviceAccount, 'ca.crt')),
    token: tokenFile(path.join(serviceAccount, 'token')),
    namespace: readFileSync(path.join(serviceAccount, 'namespace'), 'utf8').trim(),
  }
}

/** A token that somebody else renews. */
export function tokenFile(file: string): () => string {
  let token = ''
  let readAt = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - readAt > tokenAgeMs) {
      token = readFileSync(file, 'utf8').trim()
      readAt = performance.now()
    }
    return token
  }
}
