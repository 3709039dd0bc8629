export { type AdminServer, type AdminSource, startAdmin } from './admin-server.ts'
export { renderMetrics } from './render-metrics.ts'
