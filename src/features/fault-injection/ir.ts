/** Failures on purpose: some requests wait, some are answered with an error instead of reaching a backend. */
export interface FaultInjectionNode {
  readonly kind: 'faultInjection'
  readonly delay?: { readonly ms: number; readonly percent: number }
  /** After the delay, where both meet a request. `grpcStatus` is told in the client's protocol: HTTP hears the status that stands for it. */
  readonly abort?: { readonly percent: number } & ({ readonly status: number } | { readonly grpcStatus: number })
}

/** What stands for a status of gRPC in HTTP (google.rpc.Code), by number. */
export const httpStatuses = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401]
