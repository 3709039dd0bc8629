import { request } from 'node:http'

/** Where a listener listens. */
export interface ListenerPlace {
  readonly address: string
  readonly port: number
}

/** Envoy's admin interface on a unix socket. */
export class AdminClient {
  readonly #socketPath: string

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  /** Once it serves its whole first configuration. */
  async ready(): Promise<boolean> {
    return (await this.#call('GET', '/ready').catch(() => undefined))?.status === 200
  }

  /** The listeners that Envoy has taken, by name. Their workers may be a moment behind. */
  async listeners(): Promise<ReadonlyMap<string, ListenerPlace>> {
    const { body } = await this.#call('GET', '/listeners?format=json')
    const { listener_statuses: statuses = [] } = JSON.parse(body) as {
      listener_statuses?: {
        name: string
        local_address: { socket_address?: { address: string; port_value: number } }
      }[]
    }
    return new Map(
      statuses.map(({ name, local_address: { socket_address: at } }) => [
        name,
        { address: at?.address ?? '', port: at?.port_value ?? 0 },
      ]),
    )
  }

  /** Open client connections and UDP sessions. */
  async connections(): Promise<number> {
    const filter = encodeURIComponent('^(listener\\..*\\.downstream_cx_active|udp\\..*\\.downstream_sess_active)$')
    const { status, body } = await this.#call('GET', `/stats?filter=${filter}`)
    if (status !== 200) throw new Error(`Envoy does not tell its connections: ${body}`)
    // `listener.<address>.worker_0.downstream_cx_active` are parts of the sum.
    return [...body.matchAll(/^(.*): (\d+)$/gm)].reduce(
      (sum, [, name = '', count]) => (/\.(worker_\d+|admin)\./.test(name) ? sum : sum + Number(count)),
      0,
    )
  }

  async failHealthCheck(): Promise<void> {
    await this.#call('POST', '/healthcheck/fail')
  }

  /** Clients hear that their connections end, and no new ones are accepted. */
  async drainListeners(): Promise<void> {
    await this.#call('POST', '/drain_listeners?graceful&skip_exit')
    await this.#call('POST', '/drain_listeners')
  }

  async quit(): Promise<void> {
    await this.#call('POST', '/quitquitquit')
  }

  /** What has counted something so far, in Prometheus' text format. */
  async metrics(): Promise<string> {
    const { status, body } = await this.#call('GET', '/stats/prometheus?usedonly')
    if (status !== 200) throw new Error(`Envoy does not tell its statistics: ${body}`)
    return body
  }

  async get(path: string): Promise<string> {
    return (await this.#call('GET', path)).body
  }

  #call(method: string, path: string): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { socketPath: this.#socketPath, method, path, agent: false, timeout: 10_000 },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', reject)
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
        },
      )
      asked.on('timeout', () => asked.destroy(new Error(`Envoy's admin interface does not answer ${path}`)))
      asked.on('error', reject)
      asked.end()
    })
  }
}
