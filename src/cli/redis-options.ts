import { parseDuration } from '#kit/duration.ts'
import type { OptionSpec, Options } from './command.ts'
import { UsageError } from './errors.ts'

/** Where global rate limits are counted. */
export interface RedisChoice {
  /** Undefined: the environment may say it. */
  readonly url: string | undefined
  readonly timeoutMs: number
  /** File of who has signed its certificate. */
  readonly authorityFile?: string | undefined
  /** What becomes of requests that can't be counted. */
  readonly whenAway: 'open' | 'closed'
}

export const redisOptions: readonly OptionSpec[] = [
  {
    name: 'redis',
    value: 'URL',
    help: 'counts global rate limits: redis://HOST:6379; with a password better as HEADGATE_REDIS in the environment',
    fallback: 'none: global rate limits are refused',
  },
  {
    name: 'redis-ca',
    value: 'FILE',
    help: 'PEM of who has signed the certificate of a rediss:// server',
    fallback: 'the authorities that Node trusts',
  },
  { name: 'redis-timeout', value: 'TIME', help: 'a request waits so long for its count', fallback: '100ms' },
  {
    name: 'redis-down',
    value: 'open|closed',
    help: 'what requests meet that can not be counted: they pass (open), or get 503 (closed)',
    fallback: 'open',
  },
]

const defaultTimeoutMs = 100

/** Throws a UsageError for what can't be meant. */
export function parseRedis(options: Options): RedisChoice {
  const url = options.one('redis')
  if (url !== undefined) checkRedisUrl(url, '--redis')
  const written = options.one('redis-timeout')
  const timeout = written === undefined ? undefined : parseDuration(written, '')
  if (timeout?.ok === false) throw new UsageError(`--redis-timeout: ${timeout.problems[0]!.message}`)
  if (timeout?.value === 0) throw new UsageError('--redis-timeout 0: no answer comes in no time; such as 100ms')
  const down = options.one('redis-down') ?? 'open'
  if (down !== 'open' && down !== 'closed') throw new UsageError(`--redis-down ${down}: it must be open or closed`)
  const authorityFile = options.one('redis-ca')
  return {
    url,
    timeoutMs: timeout?.value ?? defaultTimeoutMs,
    whenAway: down,
    ...(authorityFile !== undefined && { authorityFile }),
  }
}

/** The URL itself stays out of the message: it may have a password. */
export function checkRedisUrl(url: string, where: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed && ['redis:', 'rediss:'].includes(parsed.protocol) && parsed.hostname !== '') return
  throw new UsageError(`${where}: it must be a URL such as redis://127.0.0.1:6379, or rediss:// for TLS`)
}
