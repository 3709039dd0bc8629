import { setTimeout as sleep } from 'node:timers/promises'
import type { AdminClient } from './admin-client.ts'

/** No new connections; open ones are told to end. Resolves when they have, or the time is over. */
export async function drainEnvoy(admin: AdminClient, timeoutMs: number): Promise<void> {
  const until = Date.now() + timeoutMs
  try {
    await admin.failHealthCheck()
    await admin.drainListeners()
    while (Date.now() < until && (await admin.connections()) > 0) await sleep(100)
  } catch {
    // It is gone or does not answer: there is nothing to wait for.
  }
}
