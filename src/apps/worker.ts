import { proxyFilters } from '#features/proxy.ts'
import { runWorker } from '#proxy'
import { openCounters } from './open-counters.ts'

await runWorker(proxyFilters, openCounters)
