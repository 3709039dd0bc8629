// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface RateLimitServiceConfig {
  readonly grpc_service?: envoy__config__core__v3$.GrpcService
  readonly transport_api_version?: envoy__config__core__v3$.ApiVersion
}
