import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'
import type { AdmissionControlNode } from './ir.ts'

interface Spec {
  readonly admissionControl: {
    readonly samplingWindow?: string
    readonly minSuccessRate?: number
    readonly rejectionAggression?: number
    readonly minRequestRate?: number
    readonly maxRejectionPercent?: number
    readonly successCriteria?: {
      readonly http?: { readonly statusCodes?: readonly number[] }
      readonly grpc?: { readonly statusCodes?: readonly (typeof grpcNames)[number][] }
    }
  }
}

/** By number (google.rpc.Code), in the words of the schema. */
const grpcNames = [
  'Ok',
  'Cancelled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
] as const

/** Envoy's own: answers that say something about the call rather than about the backend. */
const usualGrpc: readonly (typeof grpcNames)[number][] = [
  'Ok',
  'Cancelled',
  'Unknown',
  'InvalidArgument',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'FailedPrecondition',
  'OutOfRange',
  'Unimplemented',
  'Unauthenticated',
]

export const admissionControl = {
  kind: 'BackendTrafficPolicy',
  fields: ['admissionControl'],
  notes: {
    'admissionControl.samplingWindow': 'whole seconds; usually 30s',
    'admissionControl.minSuccessRate': 'usually 95',
    'admissionControl.maxRejectionPercent': 'usually 80',
    'admissionControl.successCriteria.http.statusCodes[]': 'without a list: all below 500',
    'admissionControl.successCriteria.grpc.statusCodes[]':
      'without a list: all but DeadlineExceeded, ResourceExhausted, Aborted, Internal, Unavailable, DataLoss',
  },
  translate({ admissionControl: written }: Spec, scope) {
    const window = scope.duration(written.samplingWindow, 'admissionControl.samplingWindow')
    if (!window.ok) return window
    const { http, grpc } = written.successCriteria ?? {}
    const grpcStatuses = grpc?.statusCodes?.length ? grpc.statusCodes : usualGrpc
    const node: AdmissionControlNode = {
      kind: 'admissionControl',
      windowSeconds: Math.floor((window.value ?? 30_000) / 1_000),
      minSuccessPercent: written.minSuccessRate ?? 95,
      aggression: written.rejectionAggression ?? 1,
      minRequestsPerSecond: written.minRequestRate ?? 0,
      maxRejectionPercent: written.maxRejectionPercent ?? 80,
      ...(http?.statusCodes?.length && { successStatuses: http.statusCodes }),
      successGrpcStatuses: grpcStatuses.map((name) => grpcNames.indexOf(name)),
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice
