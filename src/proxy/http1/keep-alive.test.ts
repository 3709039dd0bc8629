import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idleMsOf } from './keep-alive.ts'

test('what is announced, less a second, or half of it', () => {
  const table: [string, number][] = [
    ['timeout=5', 4_000],
    ['timeout=5, max=100', 4_000],
    ['max=100, Timeout=75', 74_000],
    ['timeout = 1', 500],
    ['timeout=0', 0],
    ['max=100', -1],
    ['', -1],
    ['timeouts=5', -1],
  ]
  for (const [text, ms] of table) assert.equal(idleMsOf(text), ms, text)
})
