import { type Outcome, ok, problem } from '#kit/outcome.ts'
import type { BackendObjectRef, FilterTranslator } from '#translate'
import type { RequestMirrorNode } from './ir.ts'

interface RequestMirrorFilter {
  readonly requestMirror: {
    readonly backendRef: BackendObjectRef
    readonly percent?: number
    readonly fraction?: { readonly numerator: number; readonly denominator?: number }
  }
}

export const requestMirror = {
  type: 'RequestMirror',
  translate({ requestMirror: spec }: RequestMirrorFilter, scope) {
    const path = `${scope.path}.requestMirror`
    const share = parseShare(spec, path)
    if (!share.ok) return share
    const backend = scope.backend(spec.backendRef, `${path}.backendRef`)
    // HTTPRequestMirrorFilter.backendRef: a bad reference is reported and dropped; it must not touch the traffic itself.
    if (!backend.ok) {
      const node: RequestMirrorNode = { kind: 'requestMirror', share: share.value }
      return ok({ node, unresolved: backend.problems })
    }
    const node: RequestMirrorNode = { kind: 'requestMirror', backend: backend.value, share: share.value }
    return ok({ node })
  },
} satisfies FilterTranslator

/** Neither percent nor fraction: all. An explicit 0 is none. */
function parseShare(spec: RequestMirrorFilter['requestMirror'], path: string): Outcome<RequestMirrorNode['share']> {
  const { percent, fraction } = spec
  if (percent !== undefined && fraction !== undefined) {
    return problem('UnsupportedValue', 'percent and fraction are both given; leave one of them out', path)
  }
  if (percent !== undefined) {
    return percent >= 0 && percent <= 100
      ? ok({ numerator: percent, denominator: 100 })
      : problem('UnsupportedValue', `percent is ${percent}; it goes from 0 to 100`, `${path}.percent`)
  }
  if (fraction === undefined) return ok({ numerator: 1, denominator: 1 })
  const { numerator, denominator = 100 } = fraction
  return numerator >= 0 && denominator > 0 && numerator <= denominator
    ? ok({ numerator, denominator })
    : problem('UnsupportedValue', `${numerator}/${denominator} is not between 0 and 1`, `${path}.fraction`)
}
