import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listFiles, readText, report } from './tree.ts'

// The semantics table of Gateway API that we keep: 50 rows, the last one is about meshes.
const rows = Array.from({ length: 49 }, (_, i) => i + 1)

/** A scenario `row-09-…`, or a test whose title begins with `row 9:`. */
function namedRows(): ReadonlySet<number> {
  const found = new Set<number>()
  for (const file of listFiles()) {
    const folder = /\/row-(\d+)-[^/]+\/input\.yaml$/.exec(file)?.[1]
    if (folder !== undefined) found.add(Number(folder))
    if (!file.endsWith('.test.ts')) continue
    for (const [, row] of readText(file).matchAll(/\btest\(\s*['"`]row (\d+)\b/g)) found.add(Number(row))
  }
  return found
}

test('every row of the semantics table has a scenario or a test that bears its number', () => {
  const found = namedRows()
  const missing = rows.filter((row) => !found.has(row)).map((row) => `row ${row}`)
  assert.equal(missing.length, 0, report('rows that nothing is named after:', missing))
})
