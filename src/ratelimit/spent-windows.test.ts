import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpentWindows } from './spent-windows.ts'

const limit = { limit: 10, windowMs: 1_000 }

test('only what is certain is answered', () => {
  const spent = new SpentWindows()
  spent.note('x', 10, 500)
  assert.deepEqual(spent.ask('x', limit, 1, 100), { allowed: false, remaining: 0, resetMs: 400 })
  assert.equal(spent.ask('x', limit, 0, 100), undefined)
  assert.equal(spent.ask('y', limit, 1, 100), undefined)
  assert.equal(spent.ask('x', { ...limit, limit: 20 }, 1, 100), undefined, 'the limit has grown')
  assert.equal(spent.ask('x', limit, 1, 500), undefined, 'the window is over')
  assert.equal(spent.size, 0)
})

test('it has room for so many, whatever clients send', () => {
  const spent = new SpentWindows(100)
  for (let i = 0; i < 10_000; i++) spent.note(`${i}`, 10, 500)
  assert.equal(spent.size, 100)
  assert.ok(spent.ask('9999', limit, 1, 0))
})
