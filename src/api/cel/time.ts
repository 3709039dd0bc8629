import { CelError } from './value.ts'

const SECOND = 1_000_000_000n

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
}

/** Nanoseconds of a duration as Go writes it: `1h30m`, `1.5s`, `-20ms`, `0`. */
export function parseDuration(text: string): bigint {
  const body = text.replace(/^[+-]/, '')
  if (body === '0') return 0n
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) {
    throw new CelError(`'${text}' is not a duration, such as 1h30m or 500ms`)
  }
  let nanos = 0n
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = UNITS[unit]!
    nanos += BigInt(whole || '0') * scale
    if (fraction !== '') nanos += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length)
  }
  if (nanos >= 2n ** 63n) throw new CelError(`duration '${text}' is out of range`)
  return text.startsWith('-') ? -nanos : nanos
}

/** Seconds with a fraction, as CEL writes a duration: `5400s`, `0.5s`. */
export function formatDuration(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos
  const fraction = (size % SECOND).toString().padStart(9, '0').replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${size / SECOND}${fraction === '' ? '' : `.${fraction}`}s`
}

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/

/** Nanoseconds since the epoch of an RFC 3339 time. */
export function parseTimestamp(text: string): bigint {
  const match = RFC3339.exec(text)
  const millis = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${match[4]!.toUpperCase()}`)
  if (match === null || Number.isNaN(millis)) {
    throw new CelError(`'${text}' is not an RFC 3339 time, such as 2026-01-31T12:00:00Z`)
  }
  return BigInt(millis) * 1_000_000n + BigInt((match[3] ?? '').padEnd(9, '0').slice(0, 9))
}

export function formatTimestamp(nanos: bigint): string {
  const seconds = (nanos - (((nanos % SECOND) + SECOND) % SECOND)) / SECOND
  const fraction = (((nanos % SECOND) + SECOND) % SECOND).toString().padStart(9, '0').replace(/0+$/, '')
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`
}
