import { createServer, type Server, type ServerResponse } from 'node:http'
import type { MetricFamily } from '#kit/metric.ts'
import { renderMetrics } from './render-metrics.ts'

/** What the admin server asks of the program it runs in. */
export interface AdminSource {
  /** The configuration is loaded and every worker serves it. */
  ready(): boolean
  metrics(): Promise<readonly MetricFamily[]>
  /** More of them, in Prometheus' text format. */
  moreMetrics?(): Promise<string>
}

export interface AdminServer {
  readonly port: number
  close(): Promise<void>
}

/** Serves /livez, /readyz and /metrics. Rejects when the address can't be bound. */
export async function startAdmin(address: { host: string; port: number }, source: AdminSource): Promise<AdminServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'only GET\n')
    switch (request.url?.split('?')[0]) {
      case '/live':
      case '/livez':
        return answer(response, 200, 'alive\n')
      case '/ready':
      case '/readyz':
        return source.ready() ? answer(response, 200, 'ready\n') : answer(response, 503, 'not ready\n')
      case '/metrics':
        Promise.all([source.metrics(), source.moreMetrics?.() ?? '']).then(
          ([families, more]) =>
            answer(response, 200, renderMetrics(families) + more, 'text/plain; version=0.0.4; charset=utf-8'),
          () => answer(response, 500, 'metrics can not be collected\n'),
        )
        return
      default:
        return answer(response, 404, 'there are /livez, /readyz and /metrics\n')
    }
  })
  await listen(server, address)
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound ? bound.port : address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
}

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
