import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseCoding } from './accepted-codings.ts'

const codings = ['zstd', 'br', 'gzip']
for (const [accept, chosen] of [
  ['', undefined],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip;q=1.0, br;q=0.9', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['*', 'zstd'],
  ['*, zstd;q=0', 'br'],
  ['*;q=0', undefined],
  ['gzip;q=0.5, *;q=0.4', 'gzip'],
  ['identity', undefined],
  ['identity;q=1, gzip;q=0.5', undefined],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['deflate', undefined],
  ['gzip;q=2', undefined],
  ['gzip;q=', undefined],
  ['br ; q=0.001', 'br'],
] as const) {
  test(`Accept-Encoding: ${accept}`, () => {
    const index = chooseCoding(accept, codings)
    assert.equal(index < 0 ? undefined : codings[index], chosen)
  })
}
