import { parseDuration } from '#kit/duration.ts'
import { ok, problem } from '#kit/outcome.ts'
import type { RuleSlot } from '#translate'

interface RetrySpec {
  readonly codes?: readonly number[]
  readonly attempts?: number
  readonly backoff?: string
}

// HTTPRouteRetry leaves both to the implementation. One more try helps against a pod that just went; more only adds load.
const defaultAttempts = 1
const defaultBackoff = '25ms'

export const retry = {
  field: 'retry',
  translate({ codes = [], attempts = defaultAttempts, backoff = defaultBackoff }: RetrySpec, { path }) {
    const bad = codes.findIndex((code) => !Number.isInteger(code) || code < 400 || code > 599)
    if (bad >= 0) {
      return problem(
        'UnsupportedValue',
        `${codes[bad]} is no status that can be retried (400 to 599)`,
        `${path}.codes[${bad}]`,
      )
    }
    if (!Number.isInteger(attempts) || attempts < 1) {
      return problem(
        'UnsupportedValue',
        `${attempts} attempts: write 1 or more, or leave retry out`,
        `${path}.attempts`,
      )
    }
    const pause = parseDuration(backoff, `${path}.backoff`)
    if (!pause.ok) return pause
    const sorted = [...new Set(codes)].sort((a, b) => a - b)
    return ok({ retry: { attempts, codes: sorted, backoffMs: pause.value } })
  },
} satisfies RuleSlot
