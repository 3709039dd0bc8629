/** While too many requests fail, some are refused by lot instead of reaching the backend; it counts what became of the others. */
export interface AdmissionControlNode {
  readonly kind: 'admissionControl'
  readonly windowSeconds: number
  /** Nothing is refused while so many of a hundred requests succeed. */
  readonly minSuccessPercent: number
  /** 1 and more: how soon many are refused. */
  readonly aggression: number
  /** Nothing is refused while fewer come per second, seen over the whole window. */
  readonly minRequestsPerSecond: number
  readonly maxRejectionPercent: number
  /** Left out: all below 500. */
  readonly successStatuses?: readonly number[]
  readonly successGrpcStatuses: readonly number[]
}
