import { availableParallelism } from 'node:os'
import type { Options } from './command.ts'
import { UsageError } from './errors.ts'
import { parseAccessLog, parseAdmin, parseBind, parseCount, parsePlace, parseTime } from './parse-run-options.ts'
import type { ProxyOptions } from './proxy-options.ts'
import { parseRedis } from './redis-options.ts'

/** Defaults of `headgate proxy`: what a pod of ours has. */
export const proxyDefaults = {
  authorityFile: '/var/run/headgate/feed/ca.crt',
  tokenFile: '/var/run/headgate/feed/token',
  stateFolder: '/var/lib/headgate',
  stateKeyFile: '/var/run/headgate/key/state.key',
  drainDelayMs: 5_000,
  drainTimeoutMs: 30_000,
} as const

/** Reads the options of `headgate proxy`; throws a UsageError for what can't be meant. */
export function parseProxyOptions(options: Options): ProxyOptions {
  const folder = options.one('state') ?? proxyDefaults.stateFolder
  const key = options.one('state-key') ?? proxyDefaults.stateKeyFile
  return {
    gateway: parseGateway(options.one('gateway')),
    feed: parseFeed(options.one('feed')),
    authorityFile: options.one('feed-ca') ?? proxyDefaults.authorityFile,
    tokenFile: options.one('feed-token') ?? proxyDefaults.tokenFile,
    name: options.one('name'),
    stateFolder: folder === 'off' ? undefined : folder,
    stateKeyFile: key === 'off' ? undefined : key,
    bind: options.all('bind').map(parseBind),
    workers: parseCount(options, 'workers', { least: 1, most: 512 }) ?? availableParallelism(),
    admin: parseAdmin(options.one('admin')),
    place: parsePlace(options),
    envoySockets: options.one('envoy-sockets'),
    drainDelayMs: parseTime(options, 'drain-delay') ?? proxyDefaults.drainDelayMs,
    drainTimeoutMs: parseTime(options, 'drain-timeout') ?? proxyDefaults.drainTimeoutMs,
    accessLog: parseAccessLog(options),
    redis: parseRedis(options),
  }
}

function parseGateway(text: string | undefined): string {
  if (text === undefined) throw new UsageError('whose proxy is this? name the Gateway with --gateway NAMESPACE/NAME')
  if (!/^[^/]+\/[^/]+$/.test(text)) throw new UsageError(`--gateway ${text}: it must be NAMESPACE/NAME`)
  return text
}

function parseFeed(text: string | undefined): ProxyOptions['feed'] {
  if (text === undefined) throw new UsageError('where is the controller? say --feed HOST:PORT')
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw new UsageError(`--feed ${text}: it must be HOST:PORT, such as headgate-feed.headgate-system:9443`)
  return { host, port: Number(port) }
}
