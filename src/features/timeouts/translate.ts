import { parseDuration } from '#kit/duration.ts'
import { ok, problem } from '#kit/outcome.ts'
import type { RuleSlot } from '#translate'

interface TimeoutsSpec {
  readonly request?: string
  readonly backendRequest?: string
}

export const timeouts = {
  field: 'timeouts',
  translate({ request = '0s', backendRequest = '0s' }: TimeoutsSpec, { path }) {
    const whole = parseDuration(request, `${path}.request`)
    const attempt = parseDuration(backendRequest, `${path}.backendRequest`)
    if (!whole.ok) return whole
    if (!attempt.ok) return attempt
    // HTTPRouteTimeouts.backendRequest: never above request, of which it is a part. 0s is no limit at all.
    if (whole.value > 0 && attempt.value > whole.value) {
      const message = `backendRequest (${backendRequest}) is longer than request (${request}), of which it is a part`
      return problem('UnsupportedValue', message, `${path}.backendRequest`)
    }
    return ok({ timeouts: { requestMs: whole.value, backendRequestMs: attempt.value } })
  },
} satisfies RuleSlot
