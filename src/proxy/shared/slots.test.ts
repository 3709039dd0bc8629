import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend, Endpoint, Snapshot } from '#ir'
import { emptySnapshot, noChange } from '#ir'
import { SlotBook } from './slot-book.ts'
import { SharedSlots, slotName } from './slots.ts'

const names = new Map([
  ['a', 0],
  ['b', 1],
])

function workers(count: number): SharedSlots[] {
  const memory = SharedSlots.allocate(count, 8)
  return Array.from({ length: count }, (_, row) => {
    const slots = new SharedSlots(memory, row)
    slots.numbers = names
    return slots
  })
}

test('workers see the sum, each name apart', () => {
  const [one, two] = workers(2) as [SharedSlots, SharedSlots]
  assert.equal(one.of('a').add('requests', 1), 1)
  assert.equal(two.of('a').add('requests', 1), 2)
  assert.equal(two.of('b').add('requests', 1), 1)
  assert.equal(one.of('a').get('requests'), 2)
  assert.equal(one.of('a').get('connections'), 0)
})

test('what a dead worker had added is taken back; words stay', () => {
  const [one, two] = workers(2) as [SharedSlots, SharedSlots]
  one.of('a').add('requests', 1)
  two.of('a').add('requests', 1)
  two.of('b').add('retries', 1)
  two.of('b').set('unhealthy', 1)
  one.wipe(1)
  assert.equal(one.of('a').get('requests'), 1)
  assert.equal(one.of('b').get('retries'), 0)
  assert.equal(one.of('b').get('unhealthy'), 1)
  one.wipe(1)
  assert.equal(one.of('a').get('requests'), 1)
})

test('a name without a slot is counted by its worker alone', () => {
  const [one, two] = workers(2) as [SharedSlots, SharedSlots]
  assert.equal(one.of('c').add('requests', 1), 1)
  assert.equal(two.of('c').add('requests', 1), 1)
})

test('ticks are the same in all workers, and never 0', () => {
  const [one, two] = workers(2) as [SharedSlots, SharedSlots]
  const now = Date.now()
  assert.equal(one.tick(now), two.tick(now))
  assert.ok(one.tick(now) > 0)
  assert.equal(one.tick(now + 1_000) - one.tick(now), 10)
})

const backend: Backend = {
  key: 's',
  origin: { kind: 'Service', namespace: 'default', name: 's' },
  port: 80,
  protocol: 'http1',
  connectTimeoutMs: 1_000,
  breaker: { maxRequests: 1 },
}
const endpoint = (address: string): Endpoint => ({ kind: 'ip', address, port: 80 })
const set = (...addresses: string[]) => ({ backend: 's', endpoints: addresses.map(endpoint) })
const snapshot: Snapshot = { ...emptySnapshot, backends: [backend], endpoints: [set('10.0.0.1', '10.0.0.2')] }

test('the book has a slot for what is counted, and gives one away when nothing is open in it', () => {
  const memory = SharedSlots.allocate(1, 3)
  const slots = new SharedSlots(memory, 0)
  const book = new SlotBook(slots)
  slots.numbers = book.numbers
  const { breaker: _, ...plain } = backend
  book.note({ ...noChange, backends: { put: [plain], delete: [] } }, snapshot)
  assert.equal(book.numbers.size, 0)
  book.note({ ...noChange, backends: { put: [backend], delete: [] } }, snapshot)
  const first = slotName.endpoint('s', '10.0.0.1:80')
  assert.deepEqual(
    [...book.numbers.keys()].sort(),
    [slotName.backend('s'), first, slotName.endpoint('s', '10.0.0.2:80')].sort(),
  )
  const held = slots.of(first)
  held.add('requests', 1)
  const moved = { ...noChange, endpoints: { put: [set('10.0.0.2', '10.0.0.3')], delete: [] } }
  book.note(moved, snapshot)
  const third = slotName.endpoint('s', '10.0.0.3:80')
  assert.equal(book.numbers.has(third), false, 'the only slot that could be given away has a request in it')
  held.add('requests', -1)
  held.set('unhealthy', 1)
  book.note(moved, snapshot)
  assert.equal(book.numbers.has(third), true)
  assert.equal(slots.of(third).get('unhealthy'), 0)
  book.note({ ...noChange, backends: { put: [], delete: ['s'] } }, emptySnapshot)
  assert.equal(book.numbers.size, 0)
})
