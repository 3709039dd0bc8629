// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'
import type * as envoy__type__v3$ from './envoy.type.v3.ts'

export interface AdmissionControl {
  readonly enabled?: envoy__config__core__v3$.RuntimeFeatureFlag
  readonly success_criteria?: AdmissionControl_SuccessCriteria
  readonly sampling_window?: string
  readonly aggression?: envoy__config__core__v3$.RuntimeDouble
  readonly sr_threshold?: envoy__config__core__v3$.RuntimePercent
  readonly rps_threshold?: envoy__config__core__v3$.RuntimeUInt32
  readonly max_rejection_probability?: envoy__config__core__v3$.RuntimePercent
}

export interface AdmissionControl_SuccessCriteria {
  readonly http_criteria?: AdmissionControl_SuccessCriteria_HttpCriteria
  readonly grpc_criteria?: AdmissionControl_SuccessCriteria_GrpcCriteria
}

export interface AdmissionControl_SuccessCriteria_GrpcCriteria {
  readonly grpc_success_status?: readonly number[]
}

export interface AdmissionControl_SuccessCriteria_HttpCriteria {
  readonly http_success_status?: readonly envoy__type__v3$.Int32Range[]
}
