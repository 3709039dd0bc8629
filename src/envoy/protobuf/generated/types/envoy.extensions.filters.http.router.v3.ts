// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__accesslog__v3$ from './envoy.config.accesslog.v3.ts'
import type * as envoy__extensions__filters__network__http_connection_manager__v3$ from './envoy.extensions.filters.network.http_connection_manager.v3.ts'

export interface Router {
  readonly dynamic_stats?: boolean
  readonly start_child_span?: boolean
  readonly upstream_log?: readonly envoy__config__accesslog__v3$.AccessLog[]
  readonly upstream_log_options?: Router_UpstreamAccessLogOptions
  readonly suppress_envoy_headers?: boolean
  readonly strict_check_headers?: readonly string[]
  readonly respect_expected_rq_timeout?: boolean
  readonly suppress_grpc_request_failure_code_stats?: boolean
  readonly upstream_http_filters?: readonly envoy__extensions__filters__network__http_connection_manager__v3$.HttpFilter[]
  readonly reject_connect_request_early_data?: boolean
}

export interface Router_UpstreamAccessLogOptions {
  readonly flush_upstream_log_on_upstream_stream?: boolean
  readonly upstream_log_flush_interval?: string
}
