import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { SharedBuckets } from './buckets.ts'

const second = { limit: 3, windowMs: 1_000 }
const start = 1_700_000_000_000

test('so much in a window, and as much again in the next', () => {
  const buckets = new SharedBuckets(SharedBuckets.allocate(64))
  const take = (now: number, cost = 1) => buckets.take('a', second, cost, now)
  assert.deepEqual(take(start + 100), { allowed: true, remaining: 2, resetMs: 900 })
  assert.deepEqual(take(start + 200, 2), { allowed: true, remaining: 0, resetMs: 800 })
  assert.deepEqual(take(start + 300), { allowed: false, remaining: 0, resetMs: 700 })
  assert.deepEqual(take(start + 1_000, 3), { allowed: true, remaining: 0, resetMs: 1_000 })
})

test('what does not fit takes nothing', () => {
  const buckets = new SharedBuckets(SharedBuckets.allocate(64))
  assert.equal(buckets.take('a', second, 2, start).allowed, true)
  assert.deepEqual(buckets.take('a', second, 2, start), { allowed: false, remaining: 1, resetMs: 1_000 })
  assert.equal(buckets.take('a', second, 1, start).allowed, true)
})

test('names are apart, and years are long windows', () => {
  const buckets = new SharedBuckets(SharedBuckets.allocate(1_024))
  const year = { limit: 1, windowMs: 365 * 86_400_000 }
  for (let i = 0; i < 300; i++) assert.equal(buckets.take(`user ${i}`, year, 1, start + i).allowed, true, `${i}`)
  for (let i = 0; i < 300; i++) assert.equal(buckets.take(`user ${i}`, year, 1, start + i).allowed, false, `${i}`)
})

test('a full table forgets windows that are over first', () => {
  const buckets = new SharedBuckets(SharedBuckets.allocate(32))
  const long = { limit: 1, windowMs: 3_600_000 }
  buckets.take('long', long, 1, start)
  for (let i = 0; i < 1_000; i++) buckets.take(`short ${i}`, second, 1, start + i * 2_000)
  assert.equal(buckets.take('long', long, 1, start + 3_000).allowed, false)
})

test('two threads at the same bucket: not one more than the limit', async () => {
  const memory = SharedBuckets.allocate(64)
  const code = `
    const { workerData, parentPort } = require('node:worker_threads')
    import(workerData.module).then(({ SharedBuckets }) => {
      const buckets = new SharedBuckets(workerData.memory)
      let allowed = 0
      for (let i = 0; i < 50000; i++)
        if (buckets.take('all ' + (i % 5), { limit: 10000, windowMs: 1000 }, 1, 1700000000000).allowed) allowed++
      parentPort.postMessage(allowed)
    })`
  const module = new URL('./buckets.ts', import.meta.url).href
  const workers = [1, 2].map(() => new Worker(code, { eval: true, workerData: { module, memory } }))
  const counts = await Promise.all(
    workers.map((worker) => new Promise<number>((resolve) => worker.once('message', resolve))),
  )
  await Promise.all(workers.map((worker) => worker.terminate()))
  assert.equal(counts[0]! + counts[1]!, 50_000)
})

test('a flood of names does not wash away what is nearly used up', () => {
  const buckets = new SharedBuckets(SharedBuckets.allocate(1_024))
  const limit = { limit: 100, windowMs: 86_400_000 }
  for (let i = 0; i < 100; i++) buckets.take('everybody', limit, 1, 1_000)
  for (let i = 0; i < 10_000; i++) buckets.take(`key ${i}`, limit, 1, 1_000)
  assert.equal(buckets.take('everybody', limit, 1, 1_000).allowed, false)
})
