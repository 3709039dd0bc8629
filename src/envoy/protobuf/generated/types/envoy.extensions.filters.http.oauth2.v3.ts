// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__extensions__transport_sockets__tls__v3$ from './envoy.extensions.transport_sockets.tls.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'

export interface CookieConfig {
  readonly same_site?: CookieConfig_SameSite
  readonly path?: string
  readonly partitioned?: boolean
}

export type CookieConfig_SameSite =
  | 'DISABLED'
  | 'STRICT'
  | 'LAX'
  | 'NONE'

export interface CookieConfigs {
  readonly bearer_token_cookie_config?: CookieConfig
  readonly oauth_hmac_cookie_config?: CookieConfig
  readonly oauth_expires_cookie_config?: CookieConfig
  readonly id_token_cookie_config?: CookieConfig
  readonly refresh_token_cookie_config?: CookieConfig
  readonly oauth_nonce_cookie_config?: CookieConfig
  readonly code_verifier_cookie_config?: CookieConfig
}

export interface OAuth2 {
  readonly config?: OAuth2Config
}

export interface OAuth2Config {
  readonly token_endpoint?: envoy__config__core__v3$.HttpUri
  readonly retry_policy?: envoy__config__core__v3$.RetryPolicy
  readonly authorization_endpoint?: string
  readonly end_session_endpoint?: string
  readonly post_logout_redirect_uri?: PostLogoutRedirectUri
  readonly credentials?: OAuth2Credentials
  readonly redirect_uri?: string
  readonly redirect_path_matcher?: envoy__type__matcher__v3$.PathMatcher
  readonly signout_path?: envoy__type__matcher__v3$.PathMatcher
  readonly forward_bearer_token?: boolean
  readonly forward_id_token?: OAuth2TokenForwarding
  readonly preserve_authorization_header?: boolean
  readonly pass_through_matcher?: readonly envoy__config__route__v3$.HeaderMatcher[]
  readonly auth_scopes?: readonly string[]
  readonly resources?: readonly string[]
  readonly auth_type?: OAuth2Config_AuthType
  readonly use_refresh_token?: boolean
  readonly default_expires_in?: string
  readonly deny_redirect_matcher?: readonly envoy__config__route__v3$.HeaderMatcher[]
  readonly default_refresh_token_expires_in?: string
  readonly disable_id_token_set_cookie?: boolean
  readonly disable_access_token_set_cookie?: boolean
  readonly disable_refresh_token_set_cookie?: boolean
  readonly cookie_configs?: CookieConfigs
  readonly stat_prefix?: string
  readonly csrf_token_expires_in?: string
  readonly code_verifier_token_expires_in?: string
  readonly disable_token_encryption?: boolean
  readonly allow_failed_matcher?: readonly envoy__config__route__v3$.HeaderMatcher[]
  readonly original_request_uri?: string
  readonly allowed_redirect_domains?: readonly string[]
  readonly use_access_token_expiry_for_id_token_cookie?: boolean
  readonly private_key_jwt_config?: PrivateKeyJwtConfig
  readonly token_cookie_chunking?: TokenCookieChunking
}

export type OAuth2Config_AuthType =
  | 'URL_ENCODED_BODY'
  | 'BASIC_AUTH'
  | 'TLS_CLIENT_AUTH'
  | 'PRIVATE_KEY_JWT'

export interface OAuth2Credentials {
  readonly client_id?: string
  readonly token_secret?: envoy__extensions__transport_sockets__tls__v3$.SdsSecretConfig
  readonly hmac_secret?: envoy__extensions__transport_sockets__tls__v3$.SdsSecretConfig
  readonly cookie_names?: OAuth2Credentials_CookieNames
  readonly cookie_domain?: string
}

export interface OAuth2Credentials_CookieNames {
  readonly bearer_token?: string
  readonly oauth_hmac?: string
  readonly oauth_expires?: string
  readonly id_token?: string
  readonly refresh_token?: string
  readonly oauth_nonce?: string
  readonly code_verifier?: string
}

export interface OAuth2PerRoute {
  readonly config?: OAuth2Config
}

export interface OAuth2TokenForwarding {
  readonly header?: string
}

export interface PostLogoutRedirectUri {
  readonly disabled?: boolean
  readonly uri?: string
}

export interface PrivateKeyJwtConfig {
  readonly signing_algorithm?: PrivateKeyJwtConfig_SigningAlgorithm
  readonly assertion_lifetime?: string
  readonly assertion_audience?: string
}

export type PrivateKeyJwtConfig_SigningAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'

export interface TokenCookieChunking {
  readonly max_cookie_size?: number
  readonly max_chunks?: number
}
