import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyDelta } from './apply-delta.ts'
import { deltaBetween } from './delta-between.ts'
import { emptySnapshot, type Snapshot } from './snapshot.ts'

const set = (backend: string, port = 1) => ({
  backend,
  endpoints: [{ kind: 'ip', address: '10.0.0.1', port }] as const,
})
const snapshot = (...endpoints: Snapshot['endpoints']): Snapshot => ({ ...emptySnapshot, endpoints })

test('the step leads from one to the other, and has what changed and nothing else', () => {
  const [a, b, c, d] = [set('a'), set('b'), set('c'), set('d')]
  const cases: readonly [Snapshot, Snapshot, readonly string[], readonly string[]][] = [
    [snapshot(), snapshot(a, b), ['a', 'b'], []],
    [snapshot(a, b), snapshot(), [], ['a', 'b']],
    [snapshot(a, c, d), snapshot(b, c), ['b'], ['a', 'd']],
    [snapshot(a, b, c), snapshot(a, set('b', 2), c), ['b'], []],
    [snapshot(a, b), snapshot(a, b), [], []],
  ]
  for (const [before, after, put, gone] of cases) {
    const delta = deltaBetween(before, after)
    assert.deepEqual(
      delta.endpoints.put.map(({ backend }) => backend),
      put,
    )
    assert.deepEqual(delta.endpoints.delete, gone)
    assert.deepEqual(applyDelta(before, delta), after)
  }
})
