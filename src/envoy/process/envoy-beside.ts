import { rmSync } from 'node:fs'
import path from 'node:path'
import type { Message } from '../message.ts'
import { AdminClient } from './admin-client.ts'
import { drainEnvoy } from './drain-envoy.ts'
import type { EnvoyControl } from './envoy-control.ts'
import { envoySockets } from './envoy-sockets.ts'
import { keepUseful } from './keep-useful.ts'
import { OpenListeners } from './open-listeners.ts'

/** An Envoy that somebody else starts and ends, in another container of our pod: its sockets are in a folder of both. */
export class EnvoyBeside implements EnvoyControl {
  readonly #admin: AdminClient
  readonly #open: OpenListeners

  /** @param folder that both have */
  constructor(folder: string) {
    this.#admin = new AdminClient(path.join(folder, envoySockets.admin))
    this.#open = new OpenListeners(this.#admin)
    // Of a control plane that ended before us.
    rmSync(path.join(folder, envoySockets.controlPlane), { force: true })
  }

  readonly isRunning = true

  start(): void {}

  restarted(): void {
    this.#open.forget()
  }

  closedListeners(listeners: readonly Message[]): Promise<string[]> {
    return this.#open.closed(listeners)
  }

  async metrics(): Promise<string> {
    return keepUseful(await this.#admin.metrics().catch(() => ''))
  }

  drain(timeoutMs: number): Promise<void> {
    return drainEnvoy(this.#admin, timeoutMs)
  }

  async stop(): Promise<void> {}
}
