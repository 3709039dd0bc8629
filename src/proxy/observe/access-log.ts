import type { ExchangeRecord } from './observer.ts'

export interface AccessLogOptions {
  readonly format: 'text' | 'json'
  /** Names of `accessLogFields`, in the order in which they are written. */
  readonly fields: readonly string[]
  /** Share of the exchanges that are written, 0 to 1. Answers of 5xx, and what is like them in gRPC, are always written. */
  readonly sample: number
}

type Value = string | number

/** Everything an access log line can say. */
export const accessLogFields: Readonly<Record<string, (exchange: ExchangeRecord) => Value>> = {
  time: () => new Date().toISOString(),
  client: (exchange) => exchange.clientAddress,
  method: (exchange) => exchange.method,
  authority: (exchange) => exchange.authority,
  path: (exchange) => exchange.path,
  protocol: (exchange) => exchange.connection.protocol,
  status: (exchange) => exchange.status,
  grpcStatus: (exchange) => exchange.grpcStatus ?? '',
  why: (exchange) => exchange.why,
  failure: (exchange) => exchange.failure ?? '',
  durationMs: (exchange) => Math.round(exchange.durationMs * 1000) / 1000,
  bytesIn: (exchange) => exchange.bytesIn,
  bytesOut: (exchange) => exchange.bytesOut,
  gateway: (exchange) => exchange.listener.gateway,
  listener: (exchange) => exchange.listener.key,
  route: (exchange) => (exchange.route ? `${exchange.route.origin.namespace}/${exchange.route.origin.name}` : ''),
  rule: (exchange) => exchange.route?.ruleName ?? exchange.route?.rule ?? '',
  backend: (exchange) => exchange.backend,
  endpoint: (exchange) => exchange.endpoint,
  tries: (exchange) => exchange.tries,
  userAgent: (exchange) => exchange.userAgent,
  sni: (exchange) => exchange.connection.sni,
}

export const defaultAccessLogFields = [
  'time',
  'client',
  'method',
  'authority',
  'path',
  'status',
  'why',
  'durationMs',
  'bytesOut',
  'route',
  'backend',
  'endpoint',
]

/** Writes lines together, a few times a second: a line costs no system call of its own. */
const flushMs = 200
const flushBytes = 65_536

/** @param write takes whole lines; called at most every 200 ms or 64 KiB */
export function compileAccessLog(
  options: AccessLogOptions,
  write: (lines: string) => void,
  random: () => number = Math.random,
): { log(exchange: ExchangeRecord): void; flush(): void } {
  const getters = options.fields.map((name) => [name, accessLogFields[name]!] as const)
  const format = options.format === 'json' ? formatJson : formatText
  let held = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (held !== '') write(held)
    held = ''
  }
  return {
    log(exchange) {
      if (options.sample < 1 && !hasFailed(exchange) && random() >= options.sample) return
      held += `${format(getters, exchange)}\n`
      if (held.length > flushBytes) flush()
      else timer ??= setTimeout(flush, flushMs).unref()
    },
    flush,
  }
}

// UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS.
const failures: ReadonlySet<string> = new Set(['2', '4', '13', '14', '15'])

function hasFailed({ status, grpcStatus }: ExchangeRecord): boolean {
  return status >= 500 || (grpcStatus !== undefined && failures.has(grpcStatus))
}

type Getters = readonly (readonly [string, (exchange: ExchangeRecord) => Value])[]

function formatJson(getters: Getters, exchange: ExchangeRecord): string {
  const line: Record<string, Value> = {}
  for (const [name, get] of getters) {
    const value = get(exchange)
    if (value !== '') line[name] = value
  }
  return JSON.stringify(line)
}

function formatText(getters: Getters, exchange: ExchangeRecord): string {
  return getters.map(([, get]) => textValue(get(exchange))).join(' ')
}

/** What a client sent must not be able to look like another field or another line. */
function textValue(value: Value): string {
  if (typeof value === 'number') return String(value)
  if (value === '') return '-'
  return /[\s"\\\x00-\x1f\x7f-\uffff]/.test(value) ? JSON.stringify(value) : value
}
