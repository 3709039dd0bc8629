// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'
import type * as envoy__config__trace__v3$ from './envoy.config.trace.v3.ts'
import type * as envoy__extensions__access_loggers__file__v3$ from './envoy.extensions.access_loggers.file.v3.ts'
import type * as envoy__extensions__access_loggers__filters__cel__v3$ from './envoy.extensions.access_loggers.filters.cel.v3.ts'
import type * as envoy__extensions__access_loggers__grpc__v3$ from './envoy.extensions.access_loggers.grpc.v3.ts'
import type * as envoy__extensions__access_loggers__open_telemetry__v3$ from './envoy.extensions.access_loggers.open_telemetry.v3.ts'
import type * as envoy__extensions__access_loggers__stream__v3$ from './envoy.extensions.access_loggers.stream.v3.ts'
import type * as envoy__extensions__clusters__aggregate__v3$ from './envoy.extensions.clusters.aggregate.v3.ts'
import type * as envoy__extensions__clusters__composite__v3$ from './envoy.extensions.clusters.composite.v3.ts'
import type * as envoy__extensions__clusters__dns__v3$ from './envoy.extensions.clusters.dns.v3.ts'
import type * as envoy__extensions__clusters__dynamic_forward_proxy__v3$ from './envoy.extensions.clusters.dynamic_forward_proxy.v3.ts'
import type * as envoy__extensions__compression__brotli__compressor__v3$ from './envoy.extensions.compression.brotli.compressor.v3.ts'
import type * as envoy__extensions__compression__gzip__compressor__v3$ from './envoy.extensions.compression.gzip.compressor.v3.ts'
import type * as envoy__extensions__compression__zstd__compressor__v3$ from './envoy.extensions.compression.zstd.compressor.v3.ts'
import type * as envoy__extensions__filters__common__matcher__action__v3$ from './envoy.extensions.filters.common.matcher.action.v3.ts'
import type * as envoy__extensions__filters__http__admission_control__v3$ from './envoy.extensions.filters.http.admission_control.v3.ts'
import type * as envoy__extensions__filters__http__api_key_auth__v3$ from './envoy.extensions.filters.http.api_key_auth.v3.ts'
import type * as envoy__extensions__filters__http__bandwidth_limit__v3$ from './envoy.extensions.filters.http.bandwidth_limit.v3.ts'
import type * as envoy__extensions__filters__http__basic_auth__v3$ from './envoy.extensions.filters.http.basic_auth.v3.ts'
import type * as envoy__extensions__filters__http__buffer__v3$ from './envoy.extensions.filters.http.buffer.v3.ts'
import type * as envoy__extensions__filters__http__composite__v3$ from './envoy.extensions.filters.http.composite.v3.ts'
import type * as envoy__extensions__filters__http__compressor__v3$ from './envoy.extensions.filters.http.compressor.v3.ts'
import type * as envoy__extensions__filters__http__cors__v3$ from './envoy.extensions.filters.http.cors.v3.ts'
import type * as envoy__extensions__filters__http__credential_injector__v3$ from './envoy.extensions.filters.http.credential_injector.v3.ts'
import type * as envoy__extensions__filters__http__csrf__v3$ from './envoy.extensions.filters.http.csrf.v3.ts'
import type * as envoy__extensions__filters__http__custom_response__v3$ from './envoy.extensions.filters.http.custom_response.v3.ts'
import type * as envoy__extensions__filters__http__dynamic_forward_proxy__v3$ from './envoy.extensions.filters.http.dynamic_forward_proxy.v3.ts'
import type * as envoy__extensions__filters__http__ext_authz__v3$ from './envoy.extensions.filters.http.ext_authz.v3.ts'
import type * as envoy__extensions__filters__http__ext_proc__v3$ from './envoy.extensions.filters.http.ext_proc.v3.ts'
import type * as envoy__extensions__filters__http__fault__v3$ from './envoy.extensions.filters.http.fault.v3.ts'
import type * as envoy__extensions__filters__http__filter_chain__v3$ from './envoy.extensions.filters.http.filter_chain.v3.ts'
import type * as envoy__extensions__filters__http__geoip__v3$ from './envoy.extensions.filters.http.geoip.v3.ts'
import type * as envoy__extensions__filters__http__grpc_stats__v3$ from './envoy.extensions.filters.http.grpc_stats.v3.ts'
import type * as envoy__extensions__filters__http__grpc_web__v3$ from './envoy.extensions.filters.http.grpc_web.v3.ts'
import type * as envoy__extensions__filters__http__header_mutation__v3$ from './envoy.extensions.filters.http.header_mutation.v3.ts'
import type * as envoy__extensions__filters__http__health_check__v3$ from './envoy.extensions.filters.http.health_check.v3.ts'
import type * as envoy__extensions__filters__http__jwt_authn__v3$ from './envoy.extensions.filters.http.jwt_authn.v3.ts'
import type * as envoy__extensions__filters__http__local_ratelimit__v3$ from './envoy.extensions.filters.http.local_ratelimit.v3.ts'
import type * as envoy__extensions__filters__http__lua__v3$ from './envoy.extensions.filters.http.lua.v3.ts'
import type * as envoy__extensions__filters__http__oauth2__v3$ from './envoy.extensions.filters.http.oauth2.v3.ts'
import type * as envoy__extensions__filters__http__on_demand__v3$ from './envoy.extensions.filters.http.on_demand.v3.ts'
import type * as envoy__extensions__filters__http__ratelimit__v3$ from './envoy.extensions.filters.http.ratelimit.v3.ts'
import type * as envoy__extensions__filters__http__rbac__v3$ from './envoy.extensions.filters.http.rbac.v3.ts'
import type * as envoy__extensions__filters__http__router__v3$ from './envoy.extensions.filters.http.router.v3.ts'
import type * as envoy__extensions__filters__http__set_filter_state__v3$ from './envoy.extensions.filters.http.set_filter_state.v3.ts'
import type * as envoy__extensions__filters__http__set_metadata__v3$ from './envoy.extensions.filters.http.set_metadata.v3.ts'
import type * as envoy__extensions__filters__http__stateful_session__v3$ from './envoy.extensions.filters.http.stateful_session.v3.ts'
import type * as envoy__extensions__filters__http__upstream_codec__v3$ from './envoy.extensions.filters.http.upstream_codec.v3.ts'
import type * as envoy__extensions__filters__http__wasm__v3$ from './envoy.extensions.filters.http.wasm.v3.ts'
import type * as envoy__extensions__filters__listener__http_inspector__v3$ from './envoy.extensions.filters.listener.http_inspector.v3.ts'
import type * as envoy__extensions__filters__listener__local_ratelimit__v3$ from './envoy.extensions.filters.listener.local_ratelimit.v3.ts'
import type * as envoy__extensions__filters__listener__proxy_protocol__v3$ from './envoy.extensions.filters.listener.proxy_protocol.v3.ts'
import type * as envoy__extensions__filters__listener__tls_inspector__v3$ from './envoy.extensions.filters.listener.tls_inspector.v3.ts'
import type * as envoy__extensions__filters__network__connection_limit__v3$ from './envoy.extensions.filters.network.connection_limit.v3.ts'
import type * as envoy__extensions__filters__network__direct_response__v3$ from './envoy.extensions.filters.network.direct_response.v3.ts'
import type * as envoy__extensions__filters__network__http_connection_manager__v3$ from './envoy.extensions.filters.network.http_connection_manager.v3.ts'
import type * as envoy__extensions__filters__network__local_ratelimit__v3$ from './envoy.extensions.filters.network.local_ratelimit.v3.ts'
import type * as envoy__extensions__filters__network__rbac__v3$ from './envoy.extensions.filters.network.rbac.v3.ts'
import type * as envoy__extensions__filters__network__set_filter_state__v3$ from './envoy.extensions.filters.network.set_filter_state.v3.ts'
import type * as envoy__extensions__filters__network__tcp_proxy__v3$ from './envoy.extensions.filters.network.tcp_proxy.v3.ts'
import type * as envoy__extensions__filters__udp__udp_proxy__v3$ from './envoy.extensions.filters.udp.udp_proxy.v3.ts'
import type * as envoy__extensions__formatter__cel__v3$ from './envoy.extensions.formatter.cel.v3.ts'
import type * as envoy__extensions__formatter__metadata__v3$ from './envoy.extensions.formatter.metadata.v3.ts'
import type * as envoy__extensions__formatter__req_without_query__v3$ from './envoy.extensions.formatter.req_without_query.v3.ts'
import type * as envoy__extensions__health_check__event_sinks__file__v3$ from './envoy.extensions.health_check.event_sinks.file.v3.ts'
import type * as envoy__extensions__http__custom_response__local_response_policy__v3$ from './envoy.extensions.http.custom_response.local_response_policy.v3.ts'
import type * as envoy__extensions__http__custom_response__redirect_policy__v3$ from './envoy.extensions.http.custom_response.redirect_policy.v3.ts'
import type * as envoy__extensions__http__early_header_mutation__header_mutation__v3$ from './envoy.extensions.http.early_header_mutation.header_mutation.v3.ts'
import type * as envoy__extensions__http__header_formatters__preserve_case__v3$ from './envoy.extensions.http.header_formatters.preserve_case.v3.ts'
import type * as envoy__extensions__http__injected_credentials__generic__v3$ from './envoy.extensions.http.injected_credentials.generic.v3.ts'
import type * as envoy__extensions__http__original_ip_detection__custom_header__v3$ from './envoy.extensions.http.original_ip_detection.custom_header.v3.ts'
import type * as envoy__extensions__http__original_ip_detection__xff__v3$ from './envoy.extensions.http.original_ip_detection.xff.v3.ts'
import type * as envoy__extensions__http__stateful_session__cookie__v3$ from './envoy.extensions.http.stateful_session.cookie.v3.ts'
import type * as envoy__extensions__http__stateful_session__header__v3$ from './envoy.extensions.http.stateful_session.header.v3.ts'
import type * as envoy__extensions__load_balancing_policies__client_side_weighted_round_robin__v3$ from './envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ts'
import type * as envoy__extensions__load_balancing_policies__cluster_provided__v3$ from './envoy.extensions.load_balancing_policies.cluster_provided.v3.ts'
import type * as envoy__extensions__load_balancing_policies__least_request__v3$ from './envoy.extensions.load_balancing_policies.least_request.v3.ts'
import type * as envoy__extensions__load_balancing_policies__maglev__v3$ from './envoy.extensions.load_balancing_policies.maglev.v3.ts'
import type * as envoy__extensions__load_balancing_policies__override_host__v3$ from './envoy.extensions.load_balancing_policies.override_host.v3.ts'
import type * as envoy__extensions__load_balancing_policies__random__v3$ from './envoy.extensions.load_balancing_policies.random.v3.ts'
import type * as envoy__extensions__load_balancing_policies__ring_hash__v3$ from './envoy.extensions.load_balancing_policies.ring_hash.v3.ts'
import type * as envoy__extensions__load_balancing_policies__round_robin__v3$ from './envoy.extensions.load_balancing_policies.round_robin.v3.ts'
import type * as envoy__extensions__load_balancing_policies__wrr_locality__v3$ from './envoy.extensions.load_balancing_policies.wrr_locality.v3.ts'
import type * as envoy__extensions__matching__common_inputs__network__v3$ from './envoy.extensions.matching.common_inputs.network.v3.ts'
import type * as envoy__extensions__matching__input_matchers__ip__v3$ from './envoy.extensions.matching.input_matchers.ip.v3.ts'
import type * as envoy__extensions__matching__input_matchers__runtime_fraction__v3$ from './envoy.extensions.matching.input_matchers.runtime_fraction.v3.ts'
import type * as envoy__extensions__network__dns_resolver__cares__v3$ from './envoy.extensions.network.dns_resolver.cares.v3.ts'
import type * as envoy__extensions__path__match__uri_template__v3$ from './envoy.extensions.path.match.uri_template.v3.ts'
import type * as envoy__extensions__path__rewrite__uri_template__v3$ from './envoy.extensions.path.rewrite.uri_template.v3.ts'
import type * as envoy__extensions__request_id__uuid__v3$ from './envoy.extensions.request_id.uuid.v3.ts'
import type * as envoy__extensions__resource_monitors__cgroup_memory__v3$ from './envoy.extensions.resource_monitors.cgroup_memory.v3.ts'
import type * as envoy__extensions__resource_monitors__downstream_connections__v3$ from './envoy.extensions.resource_monitors.downstream_connections.v3.ts'
import type * as envoy__extensions__resource_monitors__fixed_heap__v3$ from './envoy.extensions.resource_monitors.fixed_heap.v3.ts'
import type * as envoy__extensions__retry__host__previous_hosts__v3$ from './envoy.extensions.retry.host.previous_hosts.v3.ts'
import type * as envoy__extensions__retry__priority__previous_priorities__v3$ from './envoy.extensions.retry.priority.previous_priorities.v3.ts'
import type * as envoy__extensions__transport_sockets__proxy_protocol__v3$ from './envoy.extensions.transport_sockets.proxy_protocol.v3.ts'
import type * as envoy__extensions__transport_sockets__quic__v3$ from './envoy.extensions.transport_sockets.quic.v3.ts'
import type * as envoy__extensions__transport_sockets__raw_buffer__v3$ from './envoy.extensions.transport_sockets.raw_buffer.v3.ts'
import type * as envoy__extensions__transport_sockets__tls__v3$ from './envoy.extensions.transport_sockets.tls.v3.ts'
import type * as envoy__extensions__upstreams__http__v3$ from './envoy.extensions.upstreams.http.v3.ts'
import type * as envoy__extensions__upstreams__tcp__v3$ from './envoy.extensions.upstreams.tcp.v3.ts'
import type * as envoy__service__runtime__v3$ from './envoy.service.runtime.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'

export type Json = string | number | boolean | null | readonly Json[] | JsonMap
export type JsonMap = { readonly [name: string]: Json }

/** What can stand in an Any, by the type's full name. */
export interface AnyTypes {
  'envoy.config.core.v3.TypedExtensionConfig': envoy__config__core__v3$.TypedExtensionConfig
  'envoy.config.route.v3.FilterConfig': envoy__config__route__v3$.FilterConfig
  'envoy.config.route.v3.VirtualHost': envoy__config__route__v3$.VirtualHost
  'envoy.config.trace.v3.OpenTelemetryConfig': envoy__config__trace__v3$.OpenTelemetryConfig
  'envoy.config.trace.v3.ZipkinConfig': envoy__config__trace__v3$.ZipkinConfig
  'envoy.extensions.access_loggers.file.v3.FileAccessLog': envoy__extensions__access_loggers__file__v3$.FileAccessLog
  'envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter': envoy__extensions__access_loggers__filters__cel__v3$.ExpressionFilter
  'envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig': envoy__extensions__access_loggers__grpc__v3$.HttpGrpcAccessLogConfig
  'envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig': envoy__extensions__access_loggers__grpc__v3$.TcpGrpcAccessLogConfig
  'envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig': envoy__extensions__access_loggers__open_telemetry__v3$.OpenTelemetryAccessLogConfig
  'envoy.extensions.access_loggers.stream.v3.StderrAccessLog': envoy__extensions__access_loggers__stream__v3$.StderrAccessLog
  'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog': envoy__extensions__access_loggers__stream__v3$.StdoutAccessLog
  'envoy.extensions.clusters.aggregate.v3.ClusterConfig': envoy__extensions__clusters__aggregate__v3$.ClusterConfig
  'envoy.extensions.clusters.composite.v3.ClusterConfig': envoy__extensions__clusters__composite__v3$.ClusterConfig
  'envoy.extensions.clusters.dns.v3.DnsCluster': envoy__extensions__clusters__dns__v3$.DnsCluster
  'envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig': envoy__extensions__clusters__dynamic_forward_proxy__v3$.ClusterConfig
  'envoy.extensions.compression.brotli.compressor.v3.Brotli': envoy__extensions__compression__brotli__compressor__v3$.Brotli
  'envoy.extensions.compression.gzip.compressor.v3.Gzip': envoy__extensions__compression__gzip__compressor__v3$.Gzip
  'envoy.extensions.compression.zstd.compressor.v3.Zstd': envoy__extensions__compression__zstd__compressor__v3$.Zstd
  'envoy.extensions.filters.common.matcher.action.v3.SkipFilter': envoy__extensions__filters__common__matcher__action__v3$.SkipFilter
  'envoy.extensions.filters.http.admission_control.v3.AdmissionControl': envoy__extensions__filters__http__admission_control__v3$.AdmissionControl
  'envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth': envoy__extensions__filters__http__api_key_auth__v3$.ApiKeyAuth
  'envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuthPerRoute': envoy__extensions__filters__http__api_key_auth__v3$.ApiKeyAuthPerRoute
  'envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit': envoy__extensions__filters__http__bandwidth_limit__v3$.BandwidthLimit
  'envoy.extensions.filters.http.basic_auth.v3.BasicAuth': envoy__extensions__filters__http__basic_auth__v3$.BasicAuth
  'envoy.extensions.filters.http.basic_auth.v3.BasicAuthPerRoute': envoy__extensions__filters__http__basic_auth__v3$.BasicAuthPerRoute
  'envoy.extensions.filters.http.buffer.v3.Buffer': envoy__extensions__filters__http__buffer__v3$.Buffer
  'envoy.extensions.filters.http.buffer.v3.BufferPerRoute': envoy__extensions__filters__http__buffer__v3$.BufferPerRoute
  'envoy.extensions.filters.http.composite.v3.Composite': envoy__extensions__filters__http__composite__v3$.Composite
  'envoy.extensions.filters.http.composite.v3.ExecuteFilterAction': envoy__extensions__filters__http__composite__v3$.ExecuteFilterAction
  'envoy.extensions.filters.http.compressor.v3.Compressor': envoy__extensions__filters__http__compressor__v3$.Compressor
  'envoy.extensions.filters.http.compressor.v3.CompressorPerRoute': envoy__extensions__filters__http__compressor__v3$.CompressorPerRoute
  'envoy.extensions.filters.http.cors.v3.Cors': envoy__extensions__filters__http__cors__v3$.Cors
  'envoy.extensions.filters.http.cors.v3.CorsPolicy': envoy__extensions__filters__http__cors__v3$.CorsPolicy
  'envoy.extensions.filters.http.credential_injector.v3.CredentialInjector': envoy__extensions__filters__http__credential_injector__v3$.CredentialInjector
  'envoy.extensions.filters.http.csrf.v3.CsrfPolicy': envoy__extensions__filters__http__csrf__v3$.CsrfPolicy
  'envoy.extensions.filters.http.custom_response.v3.CustomResponse': envoy__extensions__filters__http__custom_response__v3$.CustomResponse
  'envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig': envoy__extensions__filters__http__dynamic_forward_proxy__v3$.FilterConfig
  'envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig': envoy__extensions__filters__http__dynamic_forward_proxy__v3$.PerRouteConfig
  'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz': envoy__extensions__filters__http__ext_authz__v3$.ExtAuthz
  'envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute': envoy__extensions__filters__http__ext_authz__v3$.ExtAuthzPerRoute
  'envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute': envoy__extensions__filters__http__ext_proc__v3$.ExtProcPerRoute
  'envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor': envoy__extensions__filters__http__ext_proc__v3$.ExternalProcessor
  'envoy.extensions.filters.http.fault.v3.HTTPFault': envoy__extensions__filters__http__fault__v3$.HTTPFault
  'envoy.extensions.filters.http.filter_chain.v3.FilterChainConfig': envoy__extensions__filters__http__filter_chain__v3$.FilterChainConfig
  'envoy.extensions.filters.http.filter_chain.v3.FilterChainConfigPerRoute': envoy__extensions__filters__http__filter_chain__v3$.FilterChainConfigPerRoute
  'envoy.extensions.filters.http.geoip.v3.Geoip': envoy__extensions__filters__http__geoip__v3$.Geoip
  'envoy.extensions.filters.http.grpc_stats.v3.FilterConfig': envoy__extensions__filters__http__grpc_stats__v3$.FilterConfig
  'envoy.extensions.filters.http.grpc_web.v3.GrpcWeb': envoy__extensions__filters__http__grpc_web__v3$.GrpcWeb
  'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation': envoy__extensions__filters__http__header_mutation__v3$.HeaderMutation
  'envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute': envoy__extensions__filters__http__header_mutation__v3$.HeaderMutationPerRoute
  'envoy.extensions.filters.http.health_check.v3.HealthCheck': envoy__extensions__filters__http__health_check__v3$.HealthCheck
  'envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication': envoy__extensions__filters__http__jwt_authn__v3$.JwtAuthentication
  'envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig': envoy__extensions__filters__http__jwt_authn__v3$.PerRouteConfig
  'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit': envoy__extensions__filters__http__local_ratelimit__v3$.LocalRateLimit
  'envoy.extensions.filters.http.lua.v3.Lua': envoy__extensions__filters__http__lua__v3$.Lua
  'envoy.extensions.filters.http.lua.v3.LuaPerRoute': envoy__extensions__filters__http__lua__v3$.LuaPerRoute
  'envoy.extensions.filters.http.oauth2.v3.OAuth2': envoy__extensions__filters__http__oauth2__v3$.OAuth2
  'envoy.extensions.filters.http.oauth2.v3.OAuth2PerRoute': envoy__extensions__filters__http__oauth2__v3$.OAuth2PerRoute
  'envoy.extensions.filters.http.on_demand.v3.OnDemand': envoy__extensions__filters__http__on_demand__v3$.OnDemand
  'envoy.extensions.filters.http.on_demand.v3.PerRouteConfig': envoy__extensions__filters__http__on_demand__v3$.PerRouteConfig
  'envoy.extensions.filters.http.ratelimit.v3.RateLimit': envoy__extensions__filters__http__ratelimit__v3$.RateLimit
  'envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute': envoy__extensions__filters__http__ratelimit__v3$.RateLimitPerRoute
  'envoy.extensions.filters.http.rbac.v3.RBAC': envoy__extensions__filters__http__rbac__v3$.RBAC
  'envoy.extensions.filters.http.rbac.v3.RBACPerRoute': envoy__extensions__filters__http__rbac__v3$.RBACPerRoute
  'envoy.extensions.filters.http.router.v3.Router': envoy__extensions__filters__http__router__v3$.Router
  'envoy.extensions.filters.http.set_filter_state.v3.Config': envoy__extensions__filters__http__set_filter_state__v3$.Config
  'envoy.extensions.filters.http.set_metadata.v3.Config': envoy__extensions__filters__http__set_metadata__v3$.Config
  'envoy.extensions.filters.http.stateful_session.v3.StatefulSession': envoy__extensions__filters__http__stateful_session__v3$.StatefulSession
  'envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute': envoy__extensions__filters__http__stateful_session__v3$.StatefulSessionPerRoute
  'envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec': envoy__extensions__filters__http__upstream_codec__v3$.UpstreamCodec
  'envoy.extensions.filters.http.wasm.v3.Wasm': envoy__extensions__filters__http__wasm__v3$.Wasm
  'envoy.extensions.filters.listener.http_inspector.v3.HttpInspector': envoy__extensions__filters__listener__http_inspector__v3$.HttpInspector
  'envoy.extensions.filters.listener.local_ratelimit.v3.LocalRateLimit': envoy__extensions__filters__listener__local_ratelimit__v3$.LocalRateLimit
  'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol': envoy__extensions__filters__listener__proxy_protocol__v3$.ProxyProtocol
  'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector': envoy__extensions__filters__listener__tls_inspector__v3$.TlsInspector
  'envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit': envoy__extensions__filters__network__connection_limit__v3$.ConnectionLimit
  'envoy.extensions.filters.network.direct_response.v3.Config': envoy__extensions__filters__network__direct_response__v3$.Config
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager': envoy__extensions__filters__network__http_connection_manager__v3$.HttpConnectionManager
  'envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit': envoy__extensions__filters__network__local_ratelimit__v3$.LocalRateLimit
  'envoy.extensions.filters.network.rbac.v3.RBAC': envoy__extensions__filters__network__rbac__v3$.RBAC
  'envoy.extensions.filters.network.set_filter_state.v3.Config': envoy__extensions__filters__network__set_filter_state__v3$.Config
  'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy': envoy__extensions__filters__network__tcp_proxy__v3$.TcpProxy
  'envoy.extensions.filters.udp.udp_proxy.v3.Route': envoy__extensions__filters__udp__udp_proxy__v3$.Route
  'envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig': envoy__extensions__filters__udp__udp_proxy__v3$.UdpProxyConfig
  'envoy.extensions.formatter.cel.v3.Cel': envoy__extensions__formatter__cel__v3$.Cel
  'envoy.extensions.formatter.metadata.v3.Metadata': envoy__extensions__formatter__metadata__v3$.Metadata
  'envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery': envoy__extensions__formatter__req_without_query__v3$.ReqWithoutQuery
  'envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink': envoy__extensions__health_check__event_sinks__file__v3$.HealthCheckEventFileSink
  'envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy': envoy__extensions__http__custom_response__local_response_policy__v3$.LocalResponsePolicy
  'envoy.extensions.http.custom_response.redirect_policy.v3.RedirectPolicy': envoy__extensions__http__custom_response__redirect_policy__v3$.RedirectPolicy
  'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation': envoy__extensions__http__early_header_mutation__header_mutation__v3$.HeaderMutation
  'envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig': envoy__extensions__http__header_formatters__preserve_case__v3$.PreserveCaseFormatterConfig
  'envoy.extensions.http.injected_credentials.generic.v3.Generic': envoy__extensions__http__injected_credentials__generic__v3$.Generic
  'envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig': envoy__extensions__http__original_ip_detection__custom_header__v3$.CustomHeaderConfig
  'envoy.extensions.http.original_ip_detection.xff.v3.XffConfig': envoy__extensions__http__original_ip_detection__xff__v3$.XffConfig
  'envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState': envoy__extensions__http__stateful_session__cookie__v3$.CookieBasedSessionState
  'envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState': envoy__extensions__http__stateful_session__header__v3$.HeaderBasedSessionState
  'envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin': envoy__extensions__load_balancing_policies__client_side_weighted_round_robin__v3$.ClientSideWeightedRoundRobin
  'envoy.extensions.load_balancing_policies.cluster_provided.v3.ClusterProvided': envoy__extensions__load_balancing_policies__cluster_provided__v3$.ClusterProvided
  'envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest': envoy__extensions__load_balancing_policies__least_request__v3$.LeastRequest
  'envoy.extensions.load_balancing_policies.maglev.v3.Maglev': envoy__extensions__load_balancing_policies__maglev__v3$.Maglev
  'envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost': envoy__extensions__load_balancing_policies__override_host__v3$.OverrideHost
  'envoy.extensions.load_balancing_policies.random.v3.Random': envoy__extensions__load_balancing_policies__random__v3$.Random
  'envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash': envoy__extensions__load_balancing_policies__ring_hash__v3$.RingHash
  'envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin': envoy__extensions__load_balancing_policies__round_robin__v3$.RoundRobin
  'envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality': envoy__extensions__load_balancing_policies__wrr_locality__v3$.WrrLocality
  'envoy.extensions.matching.common_inputs.network.v3.ApplicationProtocolInput': envoy__extensions__matching__common_inputs__network__v3$.ApplicationProtocolInput
  'envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput': envoy__extensions__matching__common_inputs__network__v3$.DestinationPortInput
  'envoy.extensions.matching.common_inputs.network.v3.ServerNameInput': envoy__extensions__matching__common_inputs__network__v3$.ServerNameInput
  'envoy.extensions.matching.common_inputs.network.v3.SourceIPInput': envoy__extensions__matching__common_inputs__network__v3$.SourceIPInput
  'envoy.extensions.matching.common_inputs.network.v3.TransportProtocolInput': envoy__extensions__matching__common_inputs__network__v3$.TransportProtocolInput
  'envoy.extensions.matching.input_matchers.ip.v3.Ip': envoy__extensions__matching__input_matchers__ip__v3$.Ip
  'envoy.extensions.matching.input_matchers.runtime_fraction.v3.RuntimeFraction': envoy__extensions__matching__input_matchers__runtime_fraction__v3$.RuntimeFraction
  'envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig': envoy__extensions__network__dns_resolver__cares__v3$.CaresDnsResolverConfig
  'envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig': envoy__extensions__path__match__uri_template__v3$.UriTemplateMatchConfig
  'envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig': envoy__extensions__path__rewrite__uri_template__v3$.UriTemplateRewriteConfig
  'envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig': envoy__extensions__request_id__uuid__v3$.UuidRequestIdConfig
  'envoy.extensions.resource_monitors.cgroup_memory.v3.CgroupMemoryConfig': envoy__extensions__resource_monitors__cgroup_memory__v3$.CgroupMemoryConfig
  'envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig': envoy__extensions__resource_monitors__downstream_connections__v3$.DownstreamConnectionsConfig
  'envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig': envoy__extensions__resource_monitors__fixed_heap__v3$.FixedHeapConfig
  'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate': envoy__extensions__retry__host__previous_hosts__v3$.PreviousHostsPredicate
  'envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig': envoy__extensions__retry__priority__previous_priorities__v3$.PreviousPrioritiesConfig
  'envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport': envoy__extensions__transport_sockets__proxy_protocol__v3$.ProxyProtocolUpstreamTransport
  'envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport': envoy__extensions__transport_sockets__quic__v3$.QuicDownstreamTransport
  'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer': envoy__extensions__transport_sockets__raw_buffer__v3$.RawBuffer
  'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext': envoy__extensions__transport_sockets__tls__v3$.DownstreamTlsContext
  'envoy.extensions.transport_sockets.tls.v3.Secret': envoy__extensions__transport_sockets__tls__v3$.Secret
  'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext': envoy__extensions__transport_sockets__tls__v3$.UpstreamTlsContext
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': envoy__extensions__upstreams__http__v3$.HttpProtocolOptions
  'envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions': envoy__extensions__upstreams__tcp__v3$.TcpProtocolOptions
  'envoy.service.runtime.v3.Runtime': envoy__service__runtime__v3$.Runtime
  'envoy.type.matcher.v3.HttpRequestHeaderMatchInput': envoy__type__matcher__v3$.HttpRequestHeaderMatchInput
  'envoy.type.matcher.v3.HttpRequestQueryParamMatchInput': envoy__type__matcher__v3$.HttpRequestQueryParamMatchInput
  'envoy.type.matcher.v3.HttpResponseHeaderMatchInput': envoy__type__matcher__v3$.HttpResponseHeaderMatchInput
  'envoy.type.matcher.v3.HttpResponseStatusCodeClassMatchInput': envoy__type__matcher__v3$.HttpResponseStatusCodeClassMatchInput
  'envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput': envoy__type__matcher__v3$.HttpResponseStatusCodeMatchInput
}

/** A message that says of which type it is. */
export type AnyJson = {
  [Name in keyof AnyTypes]: { readonly '@type': `type.googleapis.com/${Name}` } & AnyTypes[Name]
}[keyof AnyTypes]
