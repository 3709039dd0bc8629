import type { AdmissionControlNode } from './ir.ts'

/** What the share of refused requests depends on. */
export type Curve = Pick<
  AdmissionControlNode,
  'windowSeconds' | 'minSuccessPercent' | 'aggression' | 'minRequestsPerSecond' | 'maxRejectionPercent'
>

/** What has become of the requests of a window. */
export interface Counted {
  readonly requests: number
  readonly successes: number
}

/** The share of requests to refuse, 0 to 1: the formula of Envoy's admission control, so that planes shed alike. */
export function rejectionShare(curve: Curve, { requests, successes }: Counted): number {
  if (requests < curve.minRequestsPerSecond * curve.windowSeconds) return 0
  // How many of the requests more than the successes allow for; one more below the line, so that a single failure doesn't shut the door.
  const share = (requests - (successes * 100) / curve.minSuccessPercent) / (requests + 1)
  if (share <= 0) return 0
  return Math.min(share ** (1 / curve.aggression), curve.maxRejectionPercent / 100)
}
