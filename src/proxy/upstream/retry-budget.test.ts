import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RetryBudget } from './retry-budget.ts'

const limits = { percent: 20, intervalMs: 10_000, minRetries: 2, minRetriesIntervalMs: 1_000 }
const start = 1_000_000

function takeAll(budget: RetryBudget, now: number): number {
  for (let taken = 0; taken < 10_000; taken++) if (!budget.take(now)) return taken
  return Number.POSITIVE_INFINITY
}

test('retries are a share of all requests, retries included', () => {
  const budget = new RetryBudget(limits)
  for (let i = 0; i < 800; i++) budget.count(start)
  assert.equal(takeAll(budget, start), 200)
  assert.equal(takeAll(budget, start + 9_000), 2, 'only the least rate is left')
})

test('with little traffic the least rate counts, anew in each of its intervals', () => {
  const budget = new RetryBudget(limits)
  budget.count(start)
  assert.equal(takeAll(budget, start), 2)
  assert.equal(takeAll(budget, start + 500), 0)
  assert.equal(takeAll(budget, start + 1_000), 2)
})

test('what is older than the interval is forgotten', () => {
  const budget = new RetryBudget({ ...limits, minRetries: 0 })
  for (let i = 0; i < 80; i++) budget.count(start)
  assert.equal(takeAll(budget, start), 20)
  for (let i = 0; i < 40; i++) budget.count(start + 10_000)
  assert.equal(takeAll(budget, start + 10_000), 10)
  assert.equal(takeAll(budget, start + 100_000), 0)
})

test('0 percent without a least rate allows none, 100 percent all', () => {
  assert.equal(takeAll(new RetryBudget({ ...limits, percent: 0, minRetries: 0 }), start), 0)
  assert.ok(takeAll(new RetryBudget({ ...limits, percent: 100, minRetries: 0 }), start) > 1_000)
})
