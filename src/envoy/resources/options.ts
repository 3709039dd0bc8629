import type { Place } from '#ir'
import type { EnvoyFilters, RateLimitService } from '../filter.ts'
import type { EnvoyAccessLog } from './access-log.ts'

/** What the resources depend on besides the snapshot. */
export interface ResourceOptions {
  /** Envoy's side of every filter kind, from `#features/envoy.ts`. */
  readonly filters: EnvoyFilters
  /** Kinds in the order in which a request meets them: `filterOrder` of `#features/order.ts`. */
  readonly filterOrder: readonly string[]
  /** Where listeners without addresses listen: `['0.0.0.0']`. */
  readonly bind: readonly string[]
  /** The port to bind for a listener's port. Default: the same. */
  readonly bindPort?: (port: number, transport: 'tcp' | 'udp') => number
  /** Where the proxies run, when that is one place: endpoints are chosen by their hints for zones and nodes. */
  readonly place?: Place | undefined
  /** PEM file of the authorities that `System` means, on the machine of the proxy. */
  readonly systemTrust: string
  /**
   * 'apart': each virtual host is a resource of its own (VHDS), so that a change of one route of many is sent alone; Envoy
   * takes them from delta xDS only. 'inline': inside its RouteConfiguration.
   */
  readonly virtualHosts: 'apart' | 'inline'
  /** Left out: there are no limits over several proxies. */
  readonly rateLimits?: RateLimitService | undefined
  /** Left out: nothing is written. */
  readonly accessLog?: EnvoyAccessLog | undefined
}

/** Debian's place, where Envoy's own images have it too. */
export const usualSystemTrust = '/etc/ssl/certs/ca-certificates.crt'
