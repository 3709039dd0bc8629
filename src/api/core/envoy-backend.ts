import type { KubeObject } from '../object.ts'

/** Envoy Gateway's Backend (gateway.envoyproxy.io/v1alpha1): endpoints by address, host name or Unix socket. */
export interface Backend extends KubeObject {
  readonly apiVersion: 'gateway.envoyproxy.io/v1alpha1'
  readonly kind: 'Backend'
  readonly spec: BackendSpec
}

export interface BackendSpec {
  readonly type: 'Endpoints' | 'DynamicResolver'
  readonly endpoints?: readonly BackendEndpoint[]
  readonly appProtocols?: readonly BackendAppProtocol[]
  /** Only used when the other backends of the rule are not healthy. */
  readonly fallback?: boolean
  readonly tls?: BackendTLSSettings
}

export type BackendAppProtocol = 'gateway.envoyproxy.io/h2c' | 'gateway.envoyproxy.io/ws' | 'gateway.envoyproxy.io/wss'

/** Exactly one of `fqdn`, `ip` and `unix` is set. */
export interface BackendEndpoint {
  readonly fqdn?: { readonly hostname: string; readonly port: number }
  readonly ip?: { readonly address: string; readonly port: number }
  readonly unix?: { readonly path: string }
  readonly zone?: string
  readonly hostname?: string
}

export interface BackendTLSSettings {
  readonly caCertificateRefs?: readonly { readonly group: string; readonly kind: string; readonly name: string }[]
  readonly wellKnownCACertificates?: string
  readonly insecureSkipVerify: boolean
  readonly sni?: string
  readonly clientCertificateRef?: {
    readonly group: string
    readonly kind: string
    readonly name: string
    readonly namespace?: string
  }
}
