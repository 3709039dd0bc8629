import { proxyFilters } from '#features/proxy.ts'
import { runWorker } from '#proxy'

await runWorker(proxyFilters)
