import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownDifferences } from '../differential/known.ts'
import { skippedExchanges } from '../e2e/envoy/skipped.ts'
import { readText, report } from './tree.ts'

test('whatever may differ between the planes has its section in docs/differences.md', () => {
  const headings = new Set([...readText('docs/differences.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading))
  const used = [
    ...knownDifferences.map(({ heading }) => ['test/differential/known.ts', heading]),
    ...Object.entries(skippedExchanges).flatMap(([folder, exchanges]) =>
      Object.entries(exchanges).map(([name, heading]) => [`test/e2e/envoy/skipped.ts: ${folder}, ${name}`, heading]),
    ),
  ]
  const offences = used.filter(([, heading]) => !headings.has(heading)).map((pair) => pair.join(': '))
  assert.equal(offences.length, 0, report('differences that nobody has written down:', offences))
})
