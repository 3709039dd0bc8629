// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { AnyJson } from './any.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'

export interface CertificateProviderPluginInstance {
  readonly instance_name?: string
  readonly certificate_name?: string
}

export interface CertificateValidationContext {
  readonly trusted_ca?: envoy__config__core__v3$.DataSource
  readonly ca_certificate_provider_instance?: CertificateProviderPluginInstance
  readonly system_root_certs?: CertificateValidationContext_SystemRootCerts
  readonly watched_directory?: envoy__config__core__v3$.WatchedDirectory
  readonly verify_certificate_spki?: readonly string[]
  readonly verify_certificate_hash?: readonly string[]
  readonly match_typed_subject_alt_names?: readonly SubjectAltNameMatcher[]
  readonly match_subject_alt_names?: readonly envoy__type__matcher__v3$.StringMatcher[]
  readonly require_signed_certificate_timestamp?: boolean
  readonly crl?: envoy__config__core__v3$.DataSource
  readonly allow_expired_certificate?: boolean
  readonly trust_chain_verification?: CertificateValidationContext_TrustChainVerification
  readonly custom_validator_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly only_verify_leaf_cert_crl?: boolean
  readonly max_verify_depth?: number
  readonly suppress_client_ca_list?: boolean
}

export type CertificateValidationContext_SystemRootCerts = Readonly<Record<never, never>>

export type CertificateValidationContext_TrustChainVerification =
  | 'VERIFY_TRUST_CHAIN'
  | 'ACCEPT_UNTRUSTED'

export interface CommonTlsContext {
  readonly tls_params?: TlsParameters
  readonly tls_certificates?: readonly TlsCertificate[]
  readonly tls_certificate_sds_secret_configs?: readonly SdsSecretConfig[]
  readonly tls_certificate_provider_instance?: CertificateProviderPluginInstance
  readonly custom_tls_certificate_selector?: envoy__config__core__v3$.TypedExtensionConfig
  readonly tls_certificate_certificate_provider?: CommonTlsContext_CertificateProvider
  readonly tls_certificate_certificate_provider_instance?: CommonTlsContext_CertificateProviderInstance
  readonly validation_context?: CertificateValidationContext
  readonly validation_context_sds_secret_config?: SdsSecretConfig
  readonly combined_validation_context?: CommonTlsContext_CombinedCertificateValidationContext
  readonly validation_context_certificate_provider?: CommonTlsContext_CertificateProvider
  readonly validation_context_certificate_provider_instance?: CommonTlsContext_CertificateProviderInstance
  readonly alpn_protocols?: readonly string[]
  readonly custom_handshaker?: envoy__config__core__v3$.TypedExtensionConfig
  readonly key_log?: TlsKeyLog
}

export interface CommonTlsContext_CertificateProvider {
  readonly name?: string
  readonly typed_config?: envoy__config__core__v3$.TypedExtensionConfig
}

export interface CommonTlsContext_CertificateProviderInstance {
  readonly instance_name?: string
  readonly certificate_name?: string
}

export interface CommonTlsContext_CombinedCertificateValidationContext {
  readonly default_validation_context?: CertificateValidationContext
  readonly validation_context_sds_secret_config?: SdsSecretConfig
  readonly validation_context_certificate_provider?: CommonTlsContext_CertificateProvider
  readonly validation_context_certificate_provider_instance?: CommonTlsContext_CertificateProviderInstance
}

export interface DownstreamTlsContext {
  readonly common_tls_context?: CommonTlsContext
  readonly require_client_certificate?: boolean
  readonly require_sni?: boolean
  readonly session_ticket_keys?: TlsSessionTicketKeys
  readonly session_ticket_keys_sds_secret_config?: SdsSecretConfig
  readonly disable_stateless_session_resumption?: boolean
  readonly disable_stateful_session_resumption?: boolean
  readonly session_timeout?: string
  readonly ocsp_staple_policy?: DownstreamTlsContext_OcspStaplePolicy
  readonly full_scan_certs_on_sni_mismatch?: boolean
  readonly prefer_client_ciphers?: boolean
}

export type DownstreamTlsContext_OcspStaplePolicy =
  | 'LENIENT_STAPLING'
  | 'STRICT_STAPLING'
  | 'MUST_STAPLE'

export interface GenericSecret {
  readonly secret?: envoy__config__core__v3$.DataSource
  readonly secrets?: { readonly [key: string]: envoy__config__core__v3$.DataSource }
}

export interface PrivateKeyProvider {
  readonly provider_name?: string
  readonly typed_config?: AnyJson
  readonly fallback?: boolean
}

export interface SdsSecretConfig {
  readonly name?: string
  readonly sds_config?: envoy__config__core__v3$.ConfigSource
}

export interface Secret {
  readonly name?: string
  readonly tls_certificate?: TlsCertificate
  readonly session_ticket_keys?: TlsSessionTicketKeys
  readonly validation_context?: CertificateValidationContext
  readonly generic_secret?: GenericSecret
}

export interface SubjectAltNameMatcher {
  readonly san_type?: SubjectAltNameMatcher_SanType
  readonly matcher?: envoy__type__matcher__v3$.StringMatcher
  readonly oid?: string
}

export type SubjectAltNameMatcher_SanType =
  | 'SAN_TYPE_UNSPECIFIED'
  | 'EMAIL'
  | 'DNS'
  | 'URI'
  | 'IP_ADDRESS'
  | 'OTHER_NAME'

export interface TlsCertificate {
  readonly certificate_chain?: envoy__config__core__v3$.DataSource
  readonly private_key?: envoy__config__core__v3$.DataSource
  readonly pkcs12?: envoy__config__core__v3$.DataSource
  readonly watched_directory?: envoy__config__core__v3$.WatchedDirectory
  readonly private_key_provider?: PrivateKeyProvider
  readonly password?: envoy__config__core__v3$.DataSource
  readonly ocsp_staple?: envoy__config__core__v3$.DataSource
  readonly signed_certificate_timestamp?: readonly envoy__config__core__v3$.DataSource[]
  readonly tls_params?: TlsParameters
}

export interface TlsKeyLog {
  readonly path?: string
  readonly local_address_range?: readonly envoy__config__core__v3$.CidrRange[]
  readonly remote_address_range?: readonly envoy__config__core__v3$.CidrRange[]
}

export interface TlsParameters {
  readonly tls_minimum_protocol_version?: TlsParameters_TlsProtocol
  readonly tls_maximum_protocol_version?: TlsParameters_TlsProtocol
  readonly cipher_suites?: readonly string[]
  readonly ecdh_curves?: readonly string[]
  readonly signature_algorithms?: readonly string[]
  readonly compliance_policies?: readonly TlsParameters_CompliancePolicy[]
}

export type TlsParameters_CompliancePolicy =
  | 'FIPS_202205'
  | 'CNSA2_202603'
  | 'CNSA1_202603'

export type TlsParameters_TlsProtocol =
  | 'TLS_AUTO'
  | 'TLSv1_0'
  | 'TLSv1_1'
  | 'TLSv1_2'
  | 'TLSv1_3'

export interface TlsSessionTicketKeys {
  readonly keys?: readonly envoy__config__core__v3$.DataSource[]
}

export interface UpstreamTlsContext {
  readonly common_tls_context?: CommonTlsContext
  readonly sni?: string
  readonly auto_host_sni?: boolean
  readonly auto_sni_san_validation?: boolean
  readonly allow_renegotiation?: boolean
  readonly max_session_keys?: number
  readonly enforce_rsa_key_usage?: boolean
}
