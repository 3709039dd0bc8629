import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pinger } from './pinger.ts'

test('a peer is asked after each interval, and dead when no answer comes in time', () => {
  let sent = 0
  const pinger = new Pinger({ intervalMs: 100, jitterPercent: 0, timeoutMs: 30 }, () => sent++)
  assert.equal(pinger.isDead(1_000), false)
  assert.equal(pinger.isDead(1_050), false)
  assert.equal(sent, 0)
  assert.equal(pinger.answered(), false)
  pinger.isDead(1_100)
  assert.equal(sent, 1)
  assert.equal(pinger.isDead(1_130), false)
  assert.equal(pinger.answered(), true)
  pinger.isDead(1_140)
  assert.equal(sent, 1)
  pinger.isDead(1_200)
  assert.equal(sent, 2)
  assert.equal(pinger.isDead(1_231), true)
})
