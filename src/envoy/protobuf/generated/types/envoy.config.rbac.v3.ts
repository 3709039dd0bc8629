// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'
import type * as google__api__expr__v1alpha1$ from './google.api.expr.v1alpha1.ts'

export type MetadataSource =
  | 'DYNAMIC'
  | 'ROUTE'

export interface Permission {
  readonly and_rules?: Permission_Set
  readonly or_rules?: Permission_Set
  readonly any?: boolean
  readonly header?: envoy__config__route__v3$.HeaderMatcher
  readonly url_path?: envoy__type__matcher__v3$.PathMatcher
  readonly destination_ip?: envoy__config__core__v3$.CidrRange
  readonly destination_port?: number
  readonly destination_port_range?: envoy__type__v3$.Int32Range
  readonly metadata?: envoy__type__matcher__v3$.MetadataMatcher
  readonly not_rule?: Permission
  readonly requested_server_name?: envoy__type__matcher__v3$.StringMatcher
  readonly matcher?: envoy__config__core__v3$.TypedExtensionConfig
  readonly uri_template?: envoy__config__core__v3$.TypedExtensionConfig
  readonly sourced_metadata?: SourcedMetadata
}

export interface Permission_Set {
  readonly rules?: readonly Permission[]
}

export interface Policy {
  readonly permissions?: readonly Permission[]
  readonly principals?: readonly Principal[]
  readonly condition?: google__api__expr__v1alpha1$.Expr
  readonly checked_condition?: google__api__expr__v1alpha1$.CheckedExpr
  readonly cel_config?: envoy__config__core__v3$.CelExpressionConfig
}

export interface Principal {
  readonly and_ids?: Principal_Set
  readonly or_ids?: Principal_Set
  readonly any?: boolean
  readonly authenticated?: Principal_Authenticated
  readonly source_ip?: envoy__config__core__v3$.CidrRange
  readonly direct_remote_ip?: envoy__config__core__v3$.CidrRange
  readonly remote_ip?: envoy__config__core__v3$.CidrRange
  readonly header?: envoy__config__route__v3$.HeaderMatcher
  readonly url_path?: envoy__type__matcher__v3$.PathMatcher
  readonly metadata?: envoy__type__matcher__v3$.MetadataMatcher
  readonly filter_state?: envoy__type__matcher__v3$.FilterStateMatcher
  readonly not_id?: Principal
  readonly sourced_metadata?: SourcedMetadata
  readonly custom?: envoy__config__core__v3$.TypedExtensionConfig
}

export interface Principal_Authenticated {
  readonly principal_name?: envoy__type__matcher__v3$.StringMatcher
}

export interface Principal_Set {
  readonly ids?: readonly Principal[]
}

export interface RBAC {
  readonly action?: RBAC_Action
  readonly policies?: { readonly [key: string]: Policy }
  readonly audit_logging_options?: RBAC_AuditLoggingOptions
}

export type RBAC_Action =
  | 'ALLOW'
  | 'DENY'
  | 'LOG'

export interface RBAC_AuditLoggingOptions {
  readonly audit_condition?: RBAC_AuditLoggingOptions_AuditCondition
  readonly logger_configs?: readonly RBAC_AuditLoggingOptions_AuditLoggerConfig[]
}

export type RBAC_AuditLoggingOptions_AuditCondition =
  | 'NONE'
  | 'ON_DENY'
  | 'ON_ALLOW'
  | 'ON_DENY_AND_ALLOW'

export interface RBAC_AuditLoggingOptions_AuditLoggerConfig {
  readonly audit_logger?: envoy__config__core__v3$.TypedExtensionConfig
  readonly is_optional?: boolean
}

export interface SourcedMetadata {
  readonly metadata_matcher?: envoy__type__matcher__v3$.MetadataMatcher
  readonly metadata_source?: MetadataSource
}
