// Written by `npm run generate` from order.ts and the folders beside it. Do not edit.
import type { PolicySlice } from '#translate'
import { faultInjection } from './fault-injection/policy.ts'

export const policySlices = {
  faultInjection,
} satisfies Record<string, PolicySlice>
