import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FeedError, FrameReader, frame } from './frames.ts'

test('messages come out whole however the bytes were cut', () => {
  const texts = ['', 'ä', 'x'.repeat(1_000), '{}']
  const bytes = Buffer.concat(texts.map(frame))
  for (const step of [1, 2, 3, 5, 100, bytes.length]) {
    const reader = new FrameReader(2_000)
    const found: string[] = []
    for (let at = 0; at < bytes.length; at += step) found.push(...reader.push(bytes.subarray(at, at + step)))
    assert.deepEqual(found, texts, `steps of ${step}`)
  }
})

test('a message that is too long is refused by its length alone', () => {
  const reader = new FrameReader(10)
  assert.throws(() => reader.push(frame('x'.repeat(11)).subarray(0, 4)), FeedError)
})
