// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type { JsonMap } from './any.ts'
import type * as envoy__config__accesslog__v3$ from './envoy.config.accesslog.v3.ts'
import type * as envoy__config__cluster__v3$ from './envoy.config.cluster.v3.ts'
import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__config__listener__v3$ from './envoy.config.listener.v3.ts'
import type * as envoy__config__metrics__v3$ from './envoy.config.metrics.v3.ts'
import type * as envoy__config__overload__v3$ from './envoy.config.overload.v3.ts'
import type * as envoy__config__trace__v3$ from './envoy.config.trace.v3.ts'
import type * as envoy__extensions__transport_sockets__tls__v3$ from './envoy.extensions.transport_sockets.tls.v3.ts'
import type * as envoy__type__matcher__v3$ from './envoy.type.matcher.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface Admin {
  readonly access_log?: readonly envoy__config__accesslog__v3$.AccessLog[]
  readonly access_log_path?: string
  readonly profile_path?: string
  readonly address?: envoy__config__core__v3$.Address
  readonly socket_options?: readonly envoy__config__core__v3$.SocketOption[]
  readonly ignore_global_conn_limit?: boolean
  readonly allow_paths?: readonly envoy__type__matcher__v3$.StringMatcher[]
}

export interface Bootstrap {
  readonly node?: envoy__config__core__v3$.Node
  readonly node_context_params?: readonly string[]
  readonly static_resources?: Bootstrap_StaticResources
  readonly dynamic_resources?: Bootstrap_DynamicResources
  readonly cluster_manager?: ClusterManager
  readonly hds_config?: envoy__config__core__v3$.ApiConfigSource
  readonly flags_path?: string
  readonly stats_sinks?: readonly envoy__config__metrics__v3$.StatsSink[]
  readonly deferred_stat_options?: Bootstrap_DeferredStatOptions
  readonly stats_config?: envoy__config__metrics__v3$.StatsConfig
  readonly stats_flush_interval?: string
  readonly stats_flush_on_admin?: boolean
  readonly stats_eviction_interval?: string
  readonly watchdog?: Watchdog
  readonly watchdogs?: Watchdogs
  readonly tracing?: envoy__config__trace__v3$.Tracing
  readonly layered_runtime?: LayeredRuntime
  readonly admin?: Admin
  readonly overload_manager?: envoy__config__overload__v3$.OverloadManager
  readonly enable_dispatcher_stats?: boolean
  readonly header_prefix?: string
  readonly stats_server_version_override?: number | string
  readonly use_tcp_for_dns_lookups?: boolean
  readonly dns_resolution_config?: envoy__config__core__v3$.DnsResolutionConfig
  readonly typed_dns_resolver_config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly bootstrap_extensions?: readonly envoy__config__core__v3$.TypedExtensionConfig[]
  readonly fatal_actions?: readonly FatalAction[]
  readonly config_sources?: readonly envoy__config__core__v3$.ConfigSource[]
  readonly default_config_source?: envoy__config__core__v3$.ConfigSource
  readonly default_socket_interface?: string
  readonly certificate_provider_instances?: { readonly [key: string]: envoy__config__core__v3$.TypedExtensionConfig }
  readonly inline_headers?: readonly CustomInlineHeader[]
  readonly perf_tracing_file_path?: string
  readonly default_regex_engine?: envoy__config__core__v3$.TypedExtensionConfig
  readonly xds_delegate_extension?: envoy__config__core__v3$.TypedExtensionConfig
  readonly xds_config_tracker_extension?: envoy__config__core__v3$.TypedExtensionConfig
  readonly listener_manager?: envoy__config__core__v3$.TypedExtensionConfig
  readonly application_log_config?: Bootstrap_ApplicationLogConfig
  readonly grpc_async_client_manager_config?: Bootstrap_GrpcAsyncClientManagerConfig
  readonly memory_allocator_manager?: MemoryAllocatorManager
  readonly enable_worker_cpu_affinity?: boolean
}

export interface Bootstrap_ApplicationLogConfig {
  readonly log_format?: Bootstrap_ApplicationLogConfig_LogFormat
}

export interface Bootstrap_ApplicationLogConfig_LogFormat {
  readonly json_format?: JsonMap
  readonly text_format?: string
}

export interface Bootstrap_DeferredStatOptions {
  readonly enable_deferred_creation_stats?: boolean
}

export interface Bootstrap_DynamicResources {
  readonly lds_config?: envoy__config__core__v3$.ConfigSource
  readonly lds_resources_locator?: string
  readonly cds_config?: envoy__config__core__v3$.ConfigSource
  readonly cds_resources_locator?: string
  readonly ads_config?: envoy__config__core__v3$.ApiConfigSource
}

export interface Bootstrap_GrpcAsyncClientManagerConfig {
  readonly max_cached_entry_idle_duration?: string
}

export interface Bootstrap_StaticResources {
  readonly listeners?: readonly envoy__config__listener__v3$.Listener[]
  readonly clusters?: readonly envoy__config__cluster__v3$.Cluster[]
  readonly secrets?: readonly envoy__extensions__transport_sockets__tls__v3$.Secret[]
}

export interface ClusterManager {
  readonly local_cluster_name?: string
  readonly outlier_detection?: ClusterManager_OutlierDetection
  readonly upstream_bind_config?: envoy__config__core__v3$.BindConfig
  readonly load_stats_config?: envoy__config__core__v3$.ApiConfigSource
  readonly enable_deferred_cluster_creation?: boolean
}

export interface ClusterManager_OutlierDetection {
  readonly event_log_path?: string
  readonly event_service?: envoy__config__core__v3$.EventServiceConfig
}

export interface CustomInlineHeader {
  readonly inline_header_name?: string
  readonly inline_header_type?: CustomInlineHeader_InlineHeaderType
}

export type CustomInlineHeader_InlineHeaderType =
  | 'REQUEST_HEADER'
  | 'REQUEST_TRAILER'
  | 'RESPONSE_HEADER'
  | 'RESPONSE_TRAILER'

export interface FatalAction {
  readonly config?: envoy__config__core__v3$.TypedExtensionConfig
}

export interface LayeredRuntime {
  readonly layers?: readonly RuntimeLayer[]
}

export interface MemoryAllocatorManager {
  readonly bytes_to_release?: number | string
  readonly memory_release_interval?: string
  readonly soft_memory_limit_bytes?: number | string
  readonly max_per_cpu_cache_size_bytes?: number
  readonly max_unfreed_memory_bytes?: number | string
}

export interface RuntimeLayer {
  readonly name?: string
  readonly static_layer?: JsonMap
  readonly disk_layer?: RuntimeLayer_DiskLayer
  readonly admin_layer?: RuntimeLayer_AdminLayer
  readonly rtds_layer?: RuntimeLayer_RtdsLayer
}

export type RuntimeLayer_AdminLayer = Readonly<Record<never, never>>

export interface RuntimeLayer_DiskLayer {
  readonly symlink_root?: string
  readonly subdirectory?: string
  readonly append_service_cluster?: boolean
}

export interface RuntimeLayer_RtdsLayer {
  readonly name?: string
  readonly rtds_config?: envoy__config__core__v3$.ConfigSource
}

export interface Watchdog {
  readonly actions?: readonly Watchdog_WatchdogAction[]
  readonly miss_timeout?: string
  readonly megamiss_timeout?: string
  readonly kill_timeout?: string
  readonly max_kill_timeout_jitter?: string
  readonly multikill_timeout?: string
  readonly multikill_threshold?: envoy__type__v3$.Percent
}

export interface Watchdog_WatchdogAction {
  readonly config?: envoy__config__core__v3$.TypedExtensionConfig
  readonly event?: Watchdog_WatchdogAction_WatchdogEvent
}

export type Watchdog_WatchdogAction_WatchdogEvent =
  | 'UNKNOWN'
  | 'KILL'
  | 'MULTIKILL'
  | 'MEGAMISS'
  | 'MISS'

export interface Watchdogs {
  readonly main_thread_watchdog?: Watchdog
  readonly worker_watchdog?: Watchdog
}
