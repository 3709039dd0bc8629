import { proxyFilters } from '#features/proxy.ts'
import { type Snapshot, wholeDelta } from '#ir'
import { CountingObserver, EmbeddedPlane } from '#proxy'
import { MemoryCounters } from './memory-counters.ts'
import type { RunningPlane } from './play-traffic.ts'

/** The embedded plane in this process, on free ports of 127.0.0.1. */
export async function startPlane(snapshot: Snapshot): Promise<RunningPlane> {
  const plane = new EmbeddedPlane({
    filters: proxyFilters,
    observer: new CountingObserver((error) => {
      throw error
    }),
    bind: ['127.0.0.1'],
    counters: new MemoryCounters(),
    bindPort: () => 0,
  })
  const { failed } = await plane.apply(wholeDelta(snapshot))
  return {
    portFor(listenerPort, transport) {
      const port = plane.boundPort(listenerPort, transport)
      if (port === undefined) throw new Error(`nothing listens for port ${listenerPort}: ${JSON.stringify(failed)}`)
      return port
    },
    close: async () => plane.close(),
  }
}
