import { proxyFilters } from '#features/proxy.ts'
import { runWorker } from '#proxy'

runWorker(proxyFilters)
