import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameReader } from './frame-reader.ts'
import { frame } from './raw-peer.fixture.ts'

function read(pieces: Iterable<Buffer>): { frames: string[]; oversized: number } {
  const result = { frames: [] as string[], oversized: 0 }
  const reader = new FrameReader({
    onFrame: (type, flags, id, buffer, start, end) =>
      result.frames.push(`${type} ${flags} ${id} ${buffer.toString('latin1', start, end)}`),
    onOversizedFrame: () => result.oversized++,
  })
  for (const piece of pieces) reader.push(piece)
  return result
}

const bytes = Buffer.concat([
  frame(4, 0, 0),
  frame(0, 1, 3, Buffer.from('hello')),
  frame(9, 4, 0x7fffffff, Buffer.from('x'.repeat(300))),
  frame(6, 1, 0, Buffer.from('12345678')),
])
const expected = ['4 0 0 ', '0 1 3 hello', `9 4 2147483647 ${'x'.repeat(300)}`, '6 1 0 12345678']

test('frames come out whole, however the octets are cut', () => {
  for (let size = 1; size <= bytes.length; size++) {
    const pieces: Buffer[] = []
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
    assert.deepEqual(read(pieces).frames, expected, `pieces of ${size}`)
  }
})

test('the reserved bit of a stream number is ignored', () => {
  const cut = Buffer.from(frame(0, 0, 1))
  cut[5]! |= 0x80
  assert.deepEqual(read([cut]).frames, ['0 0 1 '])
})

test('a frame larger than we allow is not waited for, and nothing behind it is read', () => {
  const header = frame(0, 0, 1)
  header.writeUIntBE(16_385, 0, 3)
  for (const pieces of [[Buffer.concat([header, bytes])], [header.subarray(0, 2), header.subarray(2), bytes]]) {
    assert.deepEqual(read(pieces), { frames: [], oversized: 1 })
  }
})
