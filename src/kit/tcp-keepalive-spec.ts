import { parseDuration } from './duration.ts'
import { type Outcome, ok, problem } from './outcome.ts'

/** Probes of the kernel on silent connections, as policies write them. */
export interface TcpKeepaliveSpec {
  readonly probes?: number
  readonly idleTime?: string
  readonly interval?: string
}

/**
 * Envoy Gateway's defaults (TCPKeepalive), which are those of the kernel: 9 probes, 2h, 75s.
 * @param path of the stanza: `spec.tcpKeepalive`
 */
export function parseTcpKeepalive(
  { probes = 9, idleTime = '2h', interval = '75s' }: TcpKeepaliveSpec,
  path: string,
): Outcome<{ readonly probes: number; readonly idleMs: number; readonly intervalMs: number }> {
  if (probes < 1) return problem('Invalid', 'must be at least 1', `${path}.probes`)
  const idle = parseSeconds(idleTime, `${path}.idleTime`)
  if (!idle.ok) return idle
  const between = parseSeconds(interval, `${path}.interval`)
  if (!between.ok) return between
  return ok({ probes, idleMs: idle.value, intervalMs: between.value })
}

/** The kernel knows no shorter unit. */
function parseSeconds(text: string, path: string): Outcome<number> {
  const duration = parseDuration(text, path)
  if (!duration.ok || (duration.value >= 1_000 && duration.value % 1_000 === 0)) return duration
  return problem('Invalid', `${text} is no whole number of seconds, of which there must be one at least`, path)
}
