import { int } from '../number.ts'
import { type Duration, type Timestamp, type Value, wantString } from '../value.ts'
import type { CelFunction, Library, Methods } from './library.ts'

/** A time's clock fields in a time zone (UTC by default): the returned Date is to be read by its UTC getters. */
function clock(value: Value, zone?: Value): Date {
  const date = new Date(Number((value as Timestamp).nanos / 1_000_000n))
  if (zone === undefined) return date
  const name = wantString(zone, 'time zone')
  const fixed = /^([+-]?)(\d\d):(\d\d)$/.exec(name)
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3])
    return new Date(date.getTime() + (fixed[1] === '-' ? -minutes : minutes) * 60_000)
  }
  const local = date.toLocaleString('sv-SE', { timeZone: name })
  return new Date(`${local.replace(' ', 'T')}.${String(date.getUTCMilliseconds()).padStart(3, '0')}Z`)
}

const field =
  (read: (date: Date) => number): CelFunction =>
  (value, zone) =>
    read(clock(value, zone))

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000)
}

function parts(nanosPerUnit: bigint, ofTimestamp: (date: Date) => number): Methods {
  return {
    'google.protobuf.Timestamp': field(ofTimestamp),
    'google.protobuf.Duration': (value) => int((value as Duration).nanos / nanosPerUnit),
  }
}

const onTimestamp = (read: (date: Date) => number): Methods => ({ 'google.protobuf.Timestamp': field(read) })

/** What timestamps and durations are made of. */
export const timeLibrary: Library = {
  methods: {
    getFullYear: onTimestamp((date) => date.getUTCFullYear()),
    getMonth: onTimestamp((date) => date.getUTCMonth()),
    getDate: onTimestamp((date) => date.getUTCDate()),
    getDayOfMonth: onTimestamp((date) => date.getUTCDate() - 1),
    getDayOfWeek: onTimestamp((date) => date.getUTCDay()),
    getDayOfYear: onTimestamp(dayOfYear),
    getHours: parts(3_600_000_000_000n, (date) => date.getUTCHours()),
    getMinutes: parts(60_000_000_000n, (date) => date.getUTCMinutes()),
    getSeconds: parts(1_000_000_000n, (date) => date.getUTCSeconds()),
    getMilliseconds: parts(1_000_000n, (date) => date.getUTCMilliseconds()),
  },
}
