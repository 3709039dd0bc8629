// Written by `npm run generate` from order.ts and the folders beside it. Do not edit.
import type { PolicySlice } from '#translate'
import { circuitBreaker } from './circuit-breaker/policy.ts'
import { directResponse } from './direct-response/policy.ts'
import { faultInjection } from './fault-injection/policy.ts'
import { healthCheck } from './health-check/policy.ts'
import { loadBalancing } from './load-balancing/policy.ts'

export const policySlices = {
  circuitBreaker,
  directResponse,
  faultInjection,
  healthCheck,
  loadBalancing,
} satisfies Record<string, PolicySlice>
