import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyScope } from '../../../test/policy-scope.ts'
import { faultInjection } from './policy.ts'

type Spec = Parameters<typeof faultInjection.translate>[0]['faultInjection']

const translated: readonly [Spec, object][] = [
  [{ delay: { fixedDelay: '1s' } }, { delay: { ms: 1000, percent: 100 } }],
  [{ abort: { httpStatus: 503, percentage: 0.5 } }, { abort: { percent: 0.5, status: 503 } }],
  [{ abort: { grpcStatus: 0, percentage: 100 } }, { abort: { percent: 100, grpcStatus: 0 } }],
]
for (const [spec, fields] of translated) {
  test(`fault injection ${JSON.stringify(spec)}`, () => {
    const outcome = faultInjection.translate({ faultInjection: spec }, policyScope())
    assert.deepEqual(outcome, { ok: true, value: { nodes: [{ kind: 'faultInjection', ...fields }] } })
  })
}

const refused: readonly [Spec, string][] = [
  [{ delay: { fixedDelay: 'soon' } }, 'spec.faultInjection.delay.fixedDelay'],
  [{ abort: { httpStatus: 600 } }, 'spec.faultInjection.abort.httpStatus'],
  [{ delay: { fixedDelay: '1s', percentage: 101 } }, 'spec.faultInjection.delay.percentage'],
  [{ abort: { httpStatus: 500, percentage: -1 } }, 'spec.faultInjection.abort.percentage'],
]
for (const [spec, path] of refused) {
  test(`fault injection ${JSON.stringify(spec)} is refused`, () => {
    const outcome = faultInjection.translate({ faultInjection: spec }, policyScope())
    assert.equal(outcome.ok ? undefined : outcome.problems[0]?.path, path)
  })
}
