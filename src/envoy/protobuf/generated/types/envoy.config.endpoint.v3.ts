// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface ClusterLoadAssignment {
  readonly cluster_name?: string
  readonly endpoints?: readonly LocalityLbEndpoints[]
  readonly named_endpoints?: { readonly [key: string]: Endpoint }
  readonly policy?: ClusterLoadAssignment_Policy
}

export interface ClusterLoadAssignment_Policy {
  readonly drop_overloads?: readonly ClusterLoadAssignment_Policy_DropOverload[]
  readonly overprovisioning_factor?: number
  readonly endpoint_stale_after?: string
  readonly weighted_priority_health?: boolean
}

export interface ClusterLoadAssignment_Policy_DropOverload {
  readonly category?: string
  readonly drop_percentage?: envoy__type__v3$.FractionalPercent
}

export interface Endpoint {
  readonly address?: envoy__config__core__v3$.Address
  readonly health_check_config?: Endpoint_HealthCheckConfig
  readonly hostname?: string
  readonly additional_addresses?: readonly Endpoint_AdditionalAddress[]
  readonly observability_name?: string
}

export interface Endpoint_AdditionalAddress {
  readonly address?: envoy__config__core__v3$.Address
}

export interface Endpoint_HealthCheckConfig {
  readonly port_value?: number
  readonly hostname?: string
  readonly address?: envoy__config__core__v3$.Address
  readonly disable_active_health_check?: boolean
}

export interface LbEndpoint {
  readonly endpoint?: Endpoint
  readonly endpoint_name?: string
  readonly health_status?: envoy__config__core__v3$.HealthStatus
  readonly metadata?: envoy__config__core__v3$.Metadata
  readonly load_balancing_weight?: number
}

export interface LedsClusterLocalityConfig {
  readonly leds_config?: envoy__config__core__v3$.ConfigSource
  readonly leds_collection_name?: string
}

export interface LocalityLbEndpoints {
  readonly locality?: envoy__config__core__v3$.Locality
  readonly metadata?: envoy__config__core__v3$.Metadata
  readonly lb_endpoints?: readonly LbEndpoint[]
  readonly load_balancer_endpoints?: LocalityLbEndpoints_LbEndpointList
  readonly leds_cluster_locality_config?: LedsClusterLocalityConfig
  readonly load_balancing_weight?: number
  readonly priority?: number
  readonly proximity?: number
}

export interface LocalityLbEndpoints_LbEndpointList {
  readonly lb_endpoints?: readonly LbEndpoint[]
}
