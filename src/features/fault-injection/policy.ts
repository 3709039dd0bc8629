import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'
import type { FaultInjectionNode } from './ir.ts'

interface Spec {
  readonly faultInjection: {
    readonly delay?: { readonly fixedDelay: string; readonly percentage?: number }
    readonly abort?: { readonly httpStatus?: number; readonly grpcStatus?: number; readonly percentage?: number }
  }
}

export const faultInjection = {
  kind: 'BackendTrafficPolicy',
  fields: ['faultInjection'],
  notes: { 'faultInjection.abort.httpStatus': '200 to 599' },
  translate({ faultInjection: { delay, abort } }: Spec, scope) {
    const wait = scope.duration(delay?.fixedDelay, 'faultInjection.delay.fixedDelay')
    if (!wait.ok) return wait
    const { httpStatus, grpcStatus } = abort ?? {}
    if (httpStatus !== undefined && httpStatus > 599)
      return scope.refuse('faultInjection.abort.httpStatus', `${httpStatus} is no status of HTTP: at most 599`)
    for (const [name, percent = 100] of Object.entries({ delay: delay?.percentage, abort: abort?.percentage }))
      if (percent < 0 || percent > 100)
        return scope.refuse(`faultInjection.${name}.percentage`, `${percent} is not between 0 and 100`)
    const answer = httpStatus !== undefined ? { status: httpStatus } : { grpcStatus: grpcStatus ?? 0 }
    const node: FaultInjectionNode = {
      kind: 'faultInjection',
      ...(wait.value !== undefined && { delay: { ms: wait.value, percent: delay?.percentage ?? 100 } }),
      ...(abort && { abort: { percent: abort.percentage ?? 100, ...answer } }),
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice
