import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StatusChange } from '#translate'
import { StatusQueue } from './status-queue.ts'

function change(key: string): readonly StatusChange[] {
  return [{ key, status: undefined }]
}

test('statuses wait for what they are about, and keep their order', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const written: string[] = []
  const queue = new StatusQueue((changes) => written.push(...changes.map(({ key }) => key)))
  let served = false
  queue.push(change('a'), () => true)
  queue.push(change('b'), () => served)
  queue.push(change('c'), () => true)
  assert.deepEqual(written, ['a'])
  served = true
  queue.flush()
  assert.deepEqual(written, ['a', 'b', 'c'])
})

test('nobody is waited for in vain', async () => {
  const written = Promise.withResolvers<string>()
  const queue = new StatusQueue(([first]) => written.resolve(first!.key))
  queue.push(change('a'), () => false)
  assert.equal(await written.promise, 'a')
})
