import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { type ClientSettings, defaultClientSettings, type Place } from '#ir'
import { parseDuration } from '#kit/duration.ts'
import type { Options } from './command.ts'
import type { ControllerOptions } from './controller-options.ts'
import { UsageError } from './errors.ts'
import { parseControllerName, parsePaths } from './files-option.ts'
import { parseRedis } from './redis-options.ts'
import type { AccessLogOptions, RunOptions } from './run-options.ts'

const defaultAdmin = { address: '127.0.0.1', port: 9900 }
const defaultDrainTimeoutMs = 30_000
export const defaultFeedListen = ':9443'

/** Reads the options of `headgate run`; throws a UsageError for what can't be meant. */
export function parseRunOptions(options: Options, colour: boolean): RunOptions {
  return {
    paths: parsePaths(options),
    bind: options.all('bind').map(parseBind),
    ports: new Map(options.all('port').map(parsePortPair)),
    ...parsePlane(options),
    workers: parseCount(options, 'workers', { least: 1, most: 512 }) ?? availableParallelism(),
    controllerName: parseControllerName(options),
    admin: parseAdmin(options.one('admin')),
    client: parseClient(options),
    place: parsePlace(options),
    drainTimeoutMs: parseTime(options, 'drain-timeout') ?? defaultDrainTimeoutMs,
    accessLog: parseAccessLog(options),
    redis: parseRedis(options),
    colour,
  }
}

/** Reads the options of `headgate controller`; throws a UsageError for what can't be meant. */
export function parseControllerOptions(options: Options): ControllerOptions {
  return {
    planes: options.has('host-mode') ? parseHostPlanes(options) : parsePodPlanes(options),
    kubeconfig: options.one('kubeconfig'),
    context: options.one('context'),
    workers: parseCount(options, 'workers', { least: 1, most: 512 }) ?? availableParallelism(),
    controllerName: parseControllerName(options),
    admin: parseAdmin(options.one('admin')),
    client: parseClient(options),
    place: parsePlace(options),
    drainTimeoutMs: parseTime(options, 'drain-timeout') ?? defaultDrainTimeoutMs,
    accessLog: parseAccessLog(options),
    redis: parseRedis(options),
  }
}

function parseHostPlanes(options: Options): ControllerOptions['planes'] {
  const addressPool = options.one('address-pool')
  if (addressPool === undefined)
    throw new UsageError('which addresses may Gateways have? give a range with --address-pool, such as 10.99.100.0/24')
  return { kind: 'host', addressPool, ...parsePlane(options) }
}

function parsePodPlanes(options: Options): ControllerOptions['planes'] {
  if (options.one('envoy') !== undefined)
    throw new UsageError('--envoy PATH is for --host-mode: pods run an image, see --envoy-image')
  const { plane } = parsePlane(options)
  const image = options.one('image')
  if (!image) throw new UsageError('which image do pods of data planes run? say --image, or --host-mode to have none')
  const feed = options.one('feed')
  if (feed === undefined || !/^(\[.+\]|[^:]+):\d+$/.test(feed))
    throw new UsageError(
      'where do pods find this controller? say --feed HOST:PORT, such as headgate.headgate-system:9443',
    )
  const listen = options.one('feed-listen') ?? defaultFeedListen
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(listen) ?? []
  const address = bracketed ?? plain ?? ''
  if (port === undefined || Number(port) > 65_535 || (address !== '' && isIP(address) === 0))
    throw new UsageError(`--feed-listen ${listen}: it must be ADDRESS:PORT, such as 10.1.2.3:9443, or :PORT`)
  return {
    kind: 'pods',
    image,
    plane,
    envoyImage: options.one('envoy-image'),
    feed,
    feedListen: { address: address || undefined, port: Number(port) },
  }
}

function parseClient(options: Options): ClientSettings {
  return {
    ...defaultClientSettings,
    trustedHops: parseCount(options, 'trusted-hops', { least: 0, most: 100 }) ?? defaultClientSettings.trustedHops,
    maxConnections: parseCount(options, 'max-connections') ?? defaultClientSettings.maxConnections,
    maxHeaderBytes:
      parseCount(options, 'max-header-bytes', { least: 1024, most: 1 << 24 }) ?? defaultClientSettings.maxHeaderBytes,
    maxHeaderCount:
      parseCount(options, 'max-header-count', { least: 1, most: 100_000 }) ?? defaultClientSettings.maxHeaderCount,
    headerTimeoutMs: parseTime(options, 'header-timeout') ?? defaultClientSettings.headerTimeoutMs,
    idleTimeoutMs: parseTime(options, 'idle-timeout') ?? defaultClientSettings.idleTimeoutMs,
  }
}

const planes = ['embedded', 'envoy'] as const

function parsePlane(options: Options): Pick<RunOptions, 'plane' | 'envoy'> {
  const written = options.one('plane') ?? 'embedded'
  const plane = planes.find((one) => one === written)
  if (plane === undefined) throw new UsageError(`--plane ${written}: it must be one of ${planes.join(', ')}`)
  const envoy = options.one('envoy')
  if (plane === 'envoy' && options.one('access-log') === 'text')
    throw new UsageError('--access-log text is of our own proxy, Envoy writes json: say --access-log json')
  return { plane, envoy }
}

export function parsePlace(options: Options): Place {
  const [zone, node] = ['zone', 'node'].map((name) => options.one(name))
  if (zone === '') throw new UsageError('--zone: it must be a name, such as eu-central-1a')
  if (node === '') throw new UsageError('--node: it must be the name of a node')
  return { ...(zone !== undefined && { zone }), ...(node !== undefined && { node }) }
}

export function parseBind(text: string): string {
  const address = text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(address) === 0) throw new UsageError(`--bind ${text}: it must be an IP address, such as 127.0.0.1 or ::1`)
  return address
}

function parsePortPair(text: string): [number, number] {
  const [, from, to] = /^(\d+):(\d+)$/.exec(text) ?? []
  if (!isPort(Number(from)) || !isPort(Number(to))) {
    throw new UsageError(`--port ${text}: it must be FROM:TO with ports from 1 to 65535, such as 80:8080`)
  }
  return [Number(from), Number(to)]
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535
}

export function parseAdmin(text: string | undefined): RunOptions['admin'] {
  if (text === undefined) return defaultAdmin
  if (text === 'off') return undefined
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(text) ?? []
  const address = (bracketed ?? plain) || defaultAdmin.address
  // Port 0 takes a free one.
  if (port === undefined || Number(port) > 65_535 || isIP(address) === 0) {
    throw new UsageError(`--admin ${text}: it must be ADDRESS:PORT, such as 127.0.0.1:9900, or off`)
  }
  return { address, port: Number(port) }
}

export function parseCount(options: Options, name: string, range = { least: 0, most: 1_000_000 }): number | undefined {
  const text = options.one(name)
  if (text === undefined) return undefined
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < range.least || count > range.most) {
    throw new UsageError(`--${name} ${text}: it must be a whole number from ${range.least} to ${range.most}`)
  }
  return count
}

export function parseTime(options: Options, name: string): number | undefined {
  const text = options.one(name)
  if (text === undefined) return undefined
  const duration = parseDuration(text, '')
  if (!duration.ok) throw new UsageError(`--${name}: ${duration.problems[0]!.message}`)
  return duration.value
}

const formats = ['off', 'text', 'json'] as const

export function parseAccessLog(options: Options): AccessLogOptions {
  const written = options.one('access-log') ?? 'off'
  const format = formats.find((one) => one === written)
  if (format === undefined) throw new UsageError(`--access-log ${written}: it must be one of ${formats.join(', ')}`)
  const fields = options
    .one('access-log-fields')
    ?.split(',')
    .map((field) => field.trim())
  if (fields?.includes('')) throw new UsageError('--access-log-fields: names of fields, with commas between them')
  const sample = Number(options.one('access-log-sample') ?? '1')
  if (!(sample >= 0 && sample <= 1))
    throw new UsageError('--access-log-sample: it must be a number from 0 to 1, such as 0.1')
  return { format, fields, sample }
}
