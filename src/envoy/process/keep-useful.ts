/** Of Envoy's admin interface and of how its configuration came, which Headgate tells in its own words. */
const useless = [
  /^envoy_listener_admin_/,
  /_http_conn_manager_prefix="(?:admin|async-client)"/,
  /^envoy_http_rds_/,
  // Times and hashes, as numbers that no chart can show.
  /_(?:update_time|reload_time_ms|version)\{/,
]

/** Of Prometheus' text format those families and samples that say something of traffic or of Envoy's health. */
export function keepUseful(text: string): string {
  const kept: string[] = []
  let heading: string[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) heading = line.startsWith('# TYPE') ? [line] : [...heading, line]
    else if (line !== '' && !useless.some((one) => one.test(line))) {
      kept.push(...heading, line)
      heading = []
    }
  }
  return kept.length > 0 ? `${kept.join('\n')}\n` : ''
}
