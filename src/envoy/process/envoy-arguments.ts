const drainSeconds = 600

/** Lines are written together, a few times a second. Envoy's own 10 s would be long to wait. */
const flushMs = 200

/**
 * How every Envoy of ours is started.
 * @param bootstrap its file @param concurrency worker threads; undefined: one per CPU @param hasLog it writes an access log
 */
export function envoyArguments(bootstrap: string, concurrency: number | undefined, hasLog = false): readonly string[] {
  return [
    ...['-c', bootstrap, '--disable-hot-restart'],
    ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
    ...(hasLog ? ['--file-flush-interval-msec', String(flushMs)] : []),
    ...['-l', 'warning', '--log-format', '%l %n %v'],
    // What it refuses we tell; which parts of its API are young is no news.
    ...['--component-log-level', 'misc:error,config:error'],
    // Those who are connected are told at once that it ends, not little by little.
    ...['--drain-strategy', 'immediate', '--drain-time-s', String(drainSeconds)],
  ]
}
