import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCycles } from './cycles.ts'
import { parseImports } from './imports.ts'

test('a knot is told once, with the lines that tie it', () => {
  const imports = [
    ...parseImports('src/ir/a.ts', "import type { B } from './b.ts'"),
    ...parseImports('src/ir/b.ts', "\nimport { c } from './c.ts'"),
    ...parseImports('src/ir/c.ts', "import { a } from './a.ts'\nimport './d.ts'"),
  ]
  assert.deepEqual(findCycles(imports), [
    'src/ir/a.ts -> src/ir/b.ts -> src/ir/c.ts -> src/ir/a.ts (src/ir/a.ts:1, src/ir/b.ts:2, src/ir/c.ts:1)',
  ])
})

test('two ways to the same file are no knot', () => {
  const imports = [
    ...parseImports('src/ir/a.ts', "import './b.ts'\nimport './c.ts'"),
    ...parseImports('src/ir/b.ts', "import './d.ts'"),
    ...parseImports('src/ir/c.ts', "import './d.ts'"),
  ]
  assert.deepEqual(findCycles(imports), [])
})
