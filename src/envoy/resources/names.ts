import type { BackendKey, CertificateKey, ListenerKey, Route } from '#ir'

// The names of what Envoy is told. Users write them in patches and read them in metrics: docs/reference/envoy-names.md is the
// promise, and a change here is a breaking change.

/** `tcp/0.0.0.0/443`: one per socket. */
export function listenerName(transport: 'tcp' | 'udp', address: string, port: number): string {
  return `${transport}/${address}/${port}`
}

/** Of a plain HTTP port the name of its listener: what a request meets depends on its host alone. */
export function plainRoutesName(listener: string): string {
  return listener
}

/** `tcp/0.0.0.0/443/default/gw/https`: the server name of a connection has chosen the listener before any request. */
export function secureRoutesName(listener: string, key: ListenerKey): string {
  return `${listener}/${key}`
}

/** `tcp/0.0.0.0/443/` and the chain's name: where connections of a TCPRoute or TLSRoute go. */
export function tcpProxyName(listener: string, chain: string): string {
  return `${listener}/${chain}`
}

/** The host, or `*`. */
export function virtualHostName(hostname: string): string {
  return hostname === '' ? '*' : hostname
}

/** `HTTPRoute/default/shop/0/1`: rule and match. A rule that becomes several of Envoy's routes adds why: `/broken-0`. */
export function routeName(route: Pick<Route, 'origin' | 'rule'>, match: number, part = ''): string {
  const { kind, namespace, name } = route.origin
  return `${kind}/${namespace}/${name}/${route.rule}/${match}${part && `/${part}`}`
}

/** The backend's key: `Service/default/shop/80`. */
export function clusterName(backend: BackendKey): string {
  return backend
}

/** Several backends that are balanced as one, because a session may lead to any of them. */
export function mergedClusterName(route: Pick<Route, 'origin' | 'rule'>): string {
  const { kind, namespace, name } = route.origin
  return `${kind}/${namespace}/${name}/${route.rule}`
}

/** `namespace/name` of the Secret. */
export function certificateSecretName(key: CertificateKey): string {
  return `certificate/${key}`
}

/** Whose clients a listener lets in. */
export function clientTrustSecretName(key: ListenerKey): string {
  return `client-trust/${key}`
}

/** Whom a backend's certificate must come from. */
export function backendTrustSecretName(key: BackendKey): string {
  return `backend-trust/${key}`
}

/** What is shown to a backend. */
export function backendCertificateSecretName(key: BackendKey): string {
  return `backend-certificate/${key}`
}

/** A name in statistics: dots part words there, and what follows one would become part of the metric's name. */
export function statName(name: string): string {
  return name.replaceAll(/[.:]/g, '_')
}

/** Only where it is another one than the cluster's own. */
export function clusterStatName(name: string): { readonly alt_stat_name?: string } {
  return statName(name) === name ? {} : { alt_stat_name: statName(name) }
}

/** A cluster without endpoints: connections that lead nowhere are refused by it. */
export const nowhere = 'headgate/nowhere'
