/** The first signal drains, the second ends at once. @returns the exit code */
export function endOnSignal(
  drain: (timeoutMs: number) => Promise<void>,
  drainTimeoutMs: number,
  log: (message: string) => void,
): Promise<number> {
  return new Promise((resolve) => {
    let ending = false
    const onSignal = (signal: NodeJS.Signals) => {
      if (ending) return resolve(signal === 'SIGINT' ? 130 : 143)
      ending = true
      log(`${signal}: no new connections, open requests may end (at most ${drainTimeoutMs / 1000} s; again to end now)`)
      void drain(drainTimeoutMs).then(() => resolve(0))
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}
