/** Something that gathers what it has to send until nothing more comes. */
export interface Gathering {
  flushNow(): void
}

let depth = 0
let waiting: Gathering[] = []

/**
 * Flushes `gathering` when the turn ends: the read of a socket that is being worked on, or, outside of one, the current turn
 * of the event loop. A tick of Node's own per message would cost more than the list (bench: small GET).
 */
export function flushAtTurnsEnd(gathering: Gathering): void {
  if (waiting.push(gathering) === 1 && depth === 0) process.nextTick(flushWaiting)
}

/** Works on what a socket has read; whatever that gave others to send leaves at its end. */
export function inTurn(work: (bytes: Buffer) => void, bytes: Buffer): void {
  depth++
  try {
    work(bytes)
  } finally {
    if (--depth === 0 && waiting.length > 0) flushWaiting()
  }
}

function flushWaiting(): void {
  const gathered = waiting
  waiting = []
  for (const one of gathered) one.flushNow()
}
