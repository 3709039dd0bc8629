import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Curve, rejectionShare } from './rejection-share.ts'

const plain: Curve = {
  windowSeconds: 10,
  minSuccessPercent: 50,
  aggression: 1,
  minRequestsPerSecond: 0,
  maxRejectionPercent: 100,
}

const shares: readonly [string, Partial<Curve>, requests: number, successes: number, share: number][] = [
  ['nothing has come yet', {}, 0, 0, 0],
  ['all succeed', {}, 9, 9, 0],
  ['just as many succeed as must', {}, 8, 4, 0],
  ['one less does', {}, 9, 4, 0.1],
  ['none succeeds', {}, 9, 0, 0.9],
  ['all must succeed', { minSuccessPercent: 100 }, 9, 8, 0.1],
  ['one of a hundred must', { minSuccessPercent: 1 }, 100, 1, 0],
  ['more aggression is a root', { aggression: 2 }, 24, 8, Math.sqrt(8 / 25)],
  ['never more than the limit', { maxRejectionPercent: 30 }, 9, 0, 0.3],
  ['the limit may be none', { maxRejectionPercent: 0 }, 9, 0, 0],
  ['a request too few for the rate', { minRequestsPerSecond: 2 }, 19, 0, 0],
  ['just enough for the rate', { minRequestsPerSecond: 2 }, 20, 10, 0],
  ['enough for the rate, and they fail', { minRequestsPerSecond: 2 }, 20, 0, 20 / 21],
]
for (const [name, change, requests, successes, share] of shares) {
  test(`share of refusals: ${name}`, () => {
    const found = rejectionShare({ ...plain, ...change }, { requests, successes })
    assert.ok(Math.abs(found - share) < 1e-12, `${found}, not ${share}`)
  })
}
