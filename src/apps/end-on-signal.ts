export interface EndingOptions {
  /** After the signal new connections are taken for this long: others have to hear that we go. */
  readonly delayMs: number
  readonly onEnding: () => void
}

/** The first signal drains, the second ends at once. @returns the exit code */
export function endOnSignal(
  drain: (timeoutMs: number) => Promise<void>,
  drainTimeoutMs: number,
  log: (message: string) => void,
  { delayMs, onEnding }: EndingOptions = { delayMs: 0, onEnding: () => {} },
): Promise<number> {
  return new Promise((resolve) => {
    let ending = false
    const onSignal = (signal: NodeJS.Signals) => {
      if (ending) return resolve(signal === 'SIGINT' ? 130 : 143)
      ending = true
      onEnding()
      const first = delayMs > 0 ? `not ready any more; in ${delayMs / 1000} s ` : ''
      const last = `open requests may end (at most ${drainTimeoutMs / 1000} s; again to end now)`
      log(`${signal}: ${first}no new connections, ${last}`)
      setTimeout(() => void drain(drainTimeoutMs).then(() => resolve(0)), delayMs)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}
