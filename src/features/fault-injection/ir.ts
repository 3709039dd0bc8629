/** Failures on purpose: some requests wait, some are answered with an error instead of reaching a backend. */
export interface FaultInjectionNode {
  readonly kind: 'faultInjection'
  readonly delay?: { readonly ms: number; readonly percent: number }
  /** After the delay, where both meet a request. `grpcStatus` is told in the client's protocol: HTTP hears the status that stands for it. */
  readonly abort?: { readonly percent: number } & ({ readonly status: number } | { readonly grpcStatus: number })
}
