import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyScope } from '../../../test/policy-scope.ts'
import type { AdmissionControlNode } from './ir.ts'
import { admissionControl } from './policy.ts'

type Spec = Parameters<typeof admissionControl.translate>[0]['admissionControl']

const usual: AdmissionControlNode = {
  kind: 'admissionControl',
  windowSeconds: 30,
  minSuccessPercent: 95,
  aggression: 1,
  minRequestsPerSecond: 0,
  maxRejectionPercent: 80,
  successGrpcStatuses: [0, 1, 2, 3, 5, 6, 7, 9, 11, 12, 16],
}

const translated: readonly [Spec, Partial<AdmissionControlNode>][] = [
  [{}, {}],
  [{ samplingWindow: '2m' }, { windowSeconds: 120 }],
  [{ samplingWindow: '1s999ms' }, { windowSeconds: 1 }],
  [
    { minSuccessRate: 50, rejectionAggression: 3 },
    { minSuccessPercent: 50, aggression: 3 },
  ],
  [
    { minRequestRate: 7, maxRejectionPercent: 0 },
    { minRequestsPerSecond: 7, maxRejectionPercent: 0 },
  ],
  [{ successCriteria: { http: { statusCodes: [200, 404] } } }, { successStatuses: [200, 404] }],
  [{ successCriteria: { grpc: { statusCodes: ['Ok', 'Unauthenticated'] } } }, { successGrpcStatuses: [0, 16] }],
  [{ successCriteria: { http: { statusCodes: [] }, grpc: { statusCodes: [] } } }, {}],
]
for (const [spec, fields] of translated) {
  test(`admission control ${JSON.stringify(spec)}`, () => {
    const outcome = admissionControl.translate({ admissionControl: spec }, policyScope())
    assert.deepEqual(outcome, { ok: true, value: { nodes: [{ ...usual, ...fields }] } })
  })
}

test('a window that is no duration is refused', () => {
  const outcome = admissionControl.translate({ admissionControl: { samplingWindow: 'long' } }, policyScope())
  assert.equal(outcome.ok ? undefined : outcome.problems[0]?.path, 'spec.admissionControl.samplingWindow')
})
