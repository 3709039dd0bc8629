import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

/** Where the API server is, and who we are to it. */
export interface ClusterAccess {
  readonly server: URL
  readonly ca?: string | Buffer
  /** A client certificate with its key. */
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  /** Asked before each request: tokens of ServiceAccounts are renewed while we run. */
  readonly token?: () => string
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

/** Reads a kubeconfig. @param context the one that the file calls current, when left out */
export function readKubeconfig(file: string, context?: string): ClusterAccess {
  return parseKubeconfig(readFileSync(file, 'utf8'), path.dirname(file), context)
}

type Fields = Readonly<Record<string, unknown>>

/** @param folder what relative paths start from */
export function parseKubeconfig(text: string, folder: string, context?: string): ClusterAccess {
  const config = parse(text) as Fields
  const name = context ?? config['current-context']
  const { cluster, user, namespace } = named(config.contexts, 'context', name)
  const { server, ...clusterFields } = named(config.clusters, 'cluster', cluster)
  const userFields = user === undefined || user === '' ? {} : named(config.users, 'user', user)
  if (userFields.exec || userFields['auth-provider'])
    throw new Error(
      `user ${user}: programs that fetch credentials (exec, auth-provider) are not supported; use a token`,
    )
  const read = (fields: Fields, field: string) => {
    const data = fields[`${field}-data`]
    if (typeof data === 'string') return Buffer.from(data, 'base64')
    const file = fields[field]
    return typeof file === 'string' ? readFileSync(path.resolve(folder, file)) : undefined
  }
  const ca = read(clusterFields, 'certificate-authority')
  const cert = read(userFields, 'client-certificate')
  const key = read(userFields, 'client-key')
  const token = tokenOf(userFields, folder)
  const serverName = clusterFields['tls-server-name']
  return {
    server: new URL(String(server)),
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : 'default',
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(token && { token }),
    ...(typeof serverName === 'string' && { serverName }),
    ...(clusterFields['insecure-skip-tls-verify'] === true && { insecure: true }),
  }
}

function named(list: unknown, field: 'context' | 'cluster' | 'user', name: unknown): Fields {
  const found = Array.isArray(list) ? (list as Fields[]).find((entry) => entry.name === name) : undefined
  if (!found) throw new Error(`kubeconfig: no ${field} is called ${name}`)
  return found[field] as Fields
}

function tokenOf(user: Fields, folder: string): (() => string) | undefined {
  const { token, tokenFile: file } = user
  if (typeof file === 'string') return tokenFile(path.resolve(folder, file))
  return typeof token === 'string' ? () => token : undefined
}

function tokenFile(file: string): () => string {
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
