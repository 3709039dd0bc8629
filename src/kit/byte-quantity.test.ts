import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseByteQuantity } from './byte-quantity.ts'

test('numbers, decimal and binary units', () => {
  for (const [text, bytes] of [
    [32_768, 32_768],
    ['32768', 32_768],
    ['500Ki', 512_000],
    ['10k', 10_000],
    ['1Mi', 1_048_576],
    ['2G', 2_000_000_000],
  ] as const)
    assert.equal(parseByteQuantity(text), bytes)
})

test('what is no quantity of bytes', () => {
  for (const text of ['', 'many', '1.5Mi', '10i', '10KiB', '-1']) assert.equal(parseByteQuantity(text), undefined)
})
