import { limitName, limitOwner, withLimitValue } from '#ir'
import type { BucketLimit } from '#proxy'
import { compileCondition, readKey } from './compile-condition.ts'
import { type LimitRule, unitMs } from './ir.ts'
import type { RequestView } from './request-view.ts'

/** A rule ready to be asked. */
export interface CompiledLimit<R extends LimitRule = LimitRule> {
  readonly rule: R
  readonly limit: BucketLimit
  /** Whether its figures may be told to the client. */
  readonly told: boolean
  /** The name of its bucket for every request: nothing is read of them. */
  readonly always: string | undefined
  /** The name of the bucket that counts the request; undefined: the rule does not meet it. */
  bucketOf(view: RequestView): string | undefined
}

/**
 * @param route whose requests they are, where each route has its own count
 * @param told whether the listener tells clients about limits
 */
export function compileLimit<R extends LimitRule>(rule: R, route: string, told: boolean): CompiledLimit<R> {
  const { conditions, keys } = rule
  const name = limitName(limitOwner(rule.name, rule.shared ? '' : route))
  const tests = conditions.map(compileCondition)
  return {
    rule,
    limit: { limit: rule.requests, windowMs: unitMs[rule.unit] },
    told: rule.headers ?? told,
    always: tests.length + keys.length === 0 ? name : undefined,
    bucketOf(view) {
      for (const test of tests) if (!test(view)) return undefined
      let bucket = name
      for (const key of keys) {
        const value = readKey(key, view)
        if (value === undefined) return undefined
        bucket = withLimitValue(bucket, value)
      }
      return bucket
    },
  }
}
