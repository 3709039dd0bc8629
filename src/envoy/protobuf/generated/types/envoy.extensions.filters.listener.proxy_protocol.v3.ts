// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface ProxyProtocol {
  readonly rules?: readonly ProxyProtocol_Rule[]
  readonly allow_requests_without_proxy_protocol?: boolean
  readonly pass_through_tlvs?: envoy__config__core__v3$.ProxyProtocolPassThroughTLVs
  readonly disallowed_versions?: readonly envoy__config__core__v3$.ProxyProtocolConfig_Version[]
  readonly stat_prefix?: string
  readonly tlv_location?: ProxyProtocol_TlvLocation
}

export interface ProxyProtocol_KeyValuePair {
  readonly metadata_namespace?: string
  readonly key?: string
  readonly value_string_encoding?: ProxyProtocol_KeyValuePair_ValueStringEncoding
}

export type ProxyProtocol_KeyValuePair_ValueStringEncoding =
  | 'UNSPECIFIED'
  | 'SANITIZED_UTF8'
  | 'BASE64'

export interface ProxyProtocol_Rule {
  readonly tlv_type?: number
  readonly on_tlv_present?: ProxyProtocol_KeyValuePair
}

export type ProxyProtocol_TlvLocation =
  | 'DYNAMIC_METADATA'
  | 'FILTER_STATE'
