import { type Outcome, ok, problem } from './outcome.ts'

const shape = /^(?:\d{1,5}(?:h|m|s|ms)){1,4}$/
const unitMs = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const

/** GEP-2257 text to milliseconds: `1h30m`, `500ms`, `0s`. A strict subset of Go's: no sign, no fraction, no spaces. */
export function parseDuration(text: string, path: string): Outcome<number> {
  if (!shape.test(text)) {
    return problem('UnsupportedValue', `"${text}" is not a duration; write it like 500ms, 10s or 1h30m`, path)
  }
  let ms = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|h|m|s)/g)) ms += Number(count) * unitMs[unit as 's']
  return ok(ms)
}
