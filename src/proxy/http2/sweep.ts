export interface Swept {
  /** Looks at its own deadlines. `now` is in milliseconds, monotonic. */
  sweep(now: number): void
}

const PERIOD_MS = 100
const connections = new Set<Swept>()
let timer: NodeJS.Timeout | undefined
let clock = performance.now()
let fresh = false

/** One coarse timer serves all connections of a worker: thousands of streams set no timer of their own. */
export function startSweeping(connection: Swept): void {
  connections.add(connection)
  timer ??= setInterval(sweepAll, PERIOD_MS).unref()
}

export function stopSweeping(connection: Swept): void {
  connections.delete(connection)
  if (connections.size > 0) return
  clearInterval(timer)
  timer = undefined
}

/** Milliseconds, read at most once per turn of the event loop. */
export function coarseNow(): number {
  if (!fresh) {
    fresh = true
    clock = performance.now()
    setImmediate(expire)
  }
  return clock
}

function expire(): void {
  fresh = false
}

function sweepAll(): void {
  fresh = false
  const now = coarseNow()
  for (const connection of connections) connection.sweep(now)
}
