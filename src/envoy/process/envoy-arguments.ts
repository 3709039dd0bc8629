const drainSeconds = 600

/** How every Envoy of ours is started. @param bootstrap its file @param concurrency worker threads; undefined: one per CPU */
export function envoyArguments(bootstrap: string, concurrency: number | undefined): readonly string[] {
  return [
    ...['-c', bootstrap, '--disable-hot-restart'],
    ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
    ...['-l', 'warning', '--log-format', '%l %n %v'],
    // What it refuses we tell; which parts of its API are young is no news.
    ...['--component-log-level', 'misc:error,config:error'],
    // Those who are connected are told at once that it ends, not little by little.
    ...['--drain-strategy', 'immediate', '--drain-time-s', String(drainSeconds)],
  ]
}
