import type { X509Certificate } from 'node:crypto'

/** Whose certificate it is. */
export interface ProxyIdentity {
  /** `namespace/name`. */
  readonly gateway: string
  /** Of the Gateway: one that was deleted and made again is another. */
  readonly uid: string
  /** Name of the pod. */
  readonly proxy: string
}

/** The name by which proxies verify the controller, wherever it listens. */
export const serverName = 'feed.headgate.internal'

const prefix = 'spiffe://headgate.dev/gateway/'

/** The URI in the certificate of a proxy. */
export function identityUri({ gateway, uid, proxy }: ProxyIdentity): string {
  return `${prefix}${[...gateway.split('/'), uid, proxy].map(encodeURIComponent).join('/')}`
}

/** @returns nothing when it is no certificate of a proxy */
export function identityOf({ subjectAltName }: Pick<X509Certificate, 'subjectAltName'>): ProxyIdentity | undefined {
  if (!subjectAltName?.startsWith(`URI:${prefix}`)) return undefined
  const parts = subjectAltName.slice(`URI:${prefix}`.length).split('/').map(decodeURIComponent)
  const [namespace, name, uid, proxy] = parts
  if (parts.length !== 4 || !namespace || !name || !uid || !proxy) return undefined
  return { gateway: `${namespace}/${name}`, uid, proxy }
}
