export interface Flushable {
  flush(): void
}

let waiting: Flushable[] = []

/**
 * Flushes once all sockets that were readable in this turn of the loop have been read: answers of many backends to one
 * client leave in one write. One immediate serves all connections of the worker.
 */
export function flushSoon(output: Flushable): void {
  if (waiting.push(output) === 1) setImmediate(flushAll)
}

function flushAll(): void {
  const due = waiting
  waiting = []
  for (const output of due) output.flush()
}
