/**
 * Milliseconds of CPU that this thread has had so far. What must be quick is measured by them, not by the clock: other work may
 * share the machine with a test.
 */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
