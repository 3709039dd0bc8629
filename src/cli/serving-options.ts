import type { OptionSpec } from './command.ts'

/** Of every command that serves traffic. */
export const servingOptions: readonly OptionSpec[] = [
  { name: 'admin', value: 'ADDRESS:PORT', help: 'metrics and health; off for none', fallback: '127.0.0.1:9900' },
  { name: 'trusted-hops', value: 'N', help: 'proxies in front whose X-Forwarded-* is believed', fallback: '0' },
  { name: 'max-connections', value: 'N', help: 'open client connections per Gateway; 0 for no limit', fallback: '0' },
  { name: 'max-header-bytes', value: 'N', help: 'request line and header fields together', fallback: '65536' },
  { name: 'max-header-count', value: 'N', help: 'header fields of a request', fallback: '200' },
  { name: 'header-timeout', value: 'TIME', help: 'for a request head to arrive', fallback: '10s' },
  { name: 'idle-timeout', value: 'TIME', help: 'for a connection without a request', fallback: '60s' },
  {
    name: 'zone',
    value: 'ZONE',
    help: 'where this machine is: endpoints meant for the zone come first',
    fallback: 'nowhere',
  },
  { name: 'node', value: 'NODE', help: 'its name as a node of the cluster, for PreferSameNode', fallback: 'none' },
  { name: 'drain-timeout', value: 'TIME', help: 'for requests in flight when told to end', fallback: '30s' },
]
