import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownDifferences } from '../differential/known.ts'
import { skippedExchanges } from '../e2e/envoy/skipped.ts'
import { readText } from './tree.ts'

test('what is not played on Envoy has its reason in docs/differences.md', () => {
  const headings = new Set(Array.from(readText('docs/differences.md').matchAll(/^## (.+)$/gm), (match) => match[1]))
  const reasons = Object.values(skippedExchanges).flatMap((exchanges) => Object.values(exchanges))
  assert.deepEqual(
    reasons.filter((reason) => !headings.has(reason)),
    [],
  )
})

test('what two planes may answer differently has its reason there, too', () => {
  const headings = new Set(Array.from(readText('docs/differences.md').matchAll(/^## (.+)$/gm), (match) => match[1]))
  assert.deepEqual(
    knownDifferences.map(({ heading }) => heading).filter((heading) => !headings.has(heading)),
    [],
  )
})

test('what is said to be skipped is there', () => {
  const missing = Object.entries(skippedExchanges).flatMap(([folder, exchanges]) => {
    const traffic = readText(`${folder}/traffic.yaml`)
    // Unnamed exchanges are named after their request: `GET a.test/x?y`.
    return Object.keys(exchanges).filter(
      (name) => ![name, name.replace(/^GET a\.test(?::\d+)?/, '')].some((one) => traffic.includes(one)),
    )
  })
  assert.deepEqual(missing, [])
})
