import type { KubeObject } from '../object.ts'

export interface Service extends KubeObject {
  readonly apiVersion: 'v1'
  readonly kind: 'Service'
  readonly spec: ServiceSpec
}

export interface ServiceSpec {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /** Empty only where the API server allows it: headless and ExternalName Services. */
  readonly ports?: readonly ServicePort[]
  readonly selector?: Readonly<Record<string, string>>
  /** 'None' makes the Service headless. */
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly externalName?: string
  readonly sessionAffinity: 'None' | 'ClientIP'
  readonly ipFamilies?: readonly ('IPv4' | 'IPv6')[]
  /** PreferSameZone, its older name PreferClose, or PreferSameNode; others mean nothing to us. */
  readonly trafficDistribution?: string
}

export interface ServicePort {
  /** Required as soon as there are several ports. */
  readonly name?: string
  readonly port: number
  /** A port number, or the name of a container port; the port's own number when left out. */
  readonly targetPort: number | string
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly appProtocol?: string
  readonly nodePort?: number
}

/** A service of another cluster, or of several (KEP-1645). */
export interface ServiceImport extends KubeObject {
  readonly apiVersion: 'multicluster.x-k8s.io/v1alpha1'
  readonly kind: 'ServiceImport'
  readonly spec: ServiceImportSpec
}

export interface ServiceImportSpec {
  readonly type: 'ClusterSetIP' | 'Headless'
  readonly ports: readonly ServiceImportPort[]
  readonly ips?: readonly string[]
  readonly sessionAffinity?: 'None' | 'ClientIP'
}

export interface ServiceImportPort {
  readonly name?: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly appProtocol?: string
}

export interface EndpointSlice extends KubeObject {
  readonly apiVersion: 'discovery.k8s.io/v1'
  readonly kind: 'EndpointSlice'
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly endpoints: readonly Endpoint[]
  readonly ports?: readonly EndpointPort[]
}

export interface Endpoint {
  readonly addresses: readonly string[]
  readonly conditions?: EndpointConditions
  readonly hostname?: string
  readonly nodeName?: string
  readonly zone?: string
  readonly targetRef?: Readonly<Record<string, unknown>>
  readonly hints?: EndpointHints
}

/** Who the endpoint is meant for first: written by Kubernetes for Services with `trafficDistribution`. */
export interface EndpointHints {
  readonly forZones?: readonly { readonly name: string }[]
  readonly forNodes?: readonly { readonly name: string }[]
}

/** A condition left out means true for `ready` and `serving`, false for `terminating`. */
export interface EndpointConditions {
  readonly ready?: boolean
  readonly serving?: boolean
  readonly terminating?: boolean
}

export interface EndpointPort {
  /** Matches the Service port's name; '' when that has none. */
  readonly name: string
  /** Left out: all ports. */
  readonly port?: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly appProtocol?: string
}

export interface Secret extends KubeObject {
  readonly apiVersion: 'v1'
  readonly kind: 'Secret'
  readonly type: string
  /** Base64; `stringData` is already merged in. */
  readonly data?: Readonly<Record<string, string>>
  readonly immutable?: boolean
}

export interface ConfigMap extends KubeObject {
  readonly apiVersion: 'v1'
  readonly kind: 'ConfigMap'
  readonly data?: Readonly<Record<string, string>>
  /** Base64. */
  readonly binaryData?: Readonly<Record<string, string>>
  readonly immutable?: boolean
}

export interface Namespace extends KubeObject {
  readonly apiVersion: 'v1'
  readonly kind: 'Namespace'
}
