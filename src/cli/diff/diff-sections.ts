import type { DiffSectionBuilder } from './diff-section.ts'
import { compareObjects } from './objects-section.ts'
import { compareRequests } from './requests-section.ts'
import { compareRoutes } from './routes-section.ts'
import { compareStatuses } from './statuses-section.ts'

/** In the order in which one reads: what was written, what comes of it, what clients notice. */
export const diffSections: readonly DiffSectionBuilder[] = [
  compareObjects,
  compareStatuses,
  compareRoutes,
  compareRequests,
]
